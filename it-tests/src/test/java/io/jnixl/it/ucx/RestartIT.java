// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer that is killed and started anew under its name, again and again. It registers and listens, this side fetches and moves
 * bytes, and nobody does anything else.
 */
@NeedsNative(Native.UCX)
class RestartIT {
    private static final int ROUNDS = Boolean.getBoolean("jnixl.soak") ? 200 : 25;
    private static final int WARM_UP = 5;
    private static final int BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Noise of the allocators; a leak of a registration would be a megabyte for each round. */
    private static final long GROWTH_KIB = 24 << 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp"})
    void killedAndStartedAnewUnderItsName(String engineConfig) throws Exception {
        try (Arena arena = Arena.ofShared();
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty()
                                .with("agent.backends", "UCX")
                                .with("backends.UCX.engine_config", engineConfig))
                        .build()) {
            MemorySegment memory = arena.allocate(BYTES, 4096);
            agent.register(memory);
            Transfer former = null;
            long files = 0;
            long heap = 0;
            long malloc = 0;
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                if (round == WARM_UP) {
                    files = ThisProcess.openFiles();
                    heap = ThisProcess.heapKib();
                    malloc = ThisProcess.mallocKib();
                }
                try (Target target = new Target(folder, "target", BYTES, round % 2 == 0, engineConfig)) {
                    Peer peer = meet(agent, target);
                    if (former != null) {
                        assertThat(former.post())
                                .as("made for the former incarnation")
                                .isEqualTo(Status.NOT_FOUND);
                        former.close();
                    }
                    former = write(agent, memory, peer, round);
                    target.expect("ok", target.ask("check 0 " + BYTES + " " + round));
                    if (round % 3 == 0) {
                        agent.invalidatePeer("target"); // then nobody waits for the news of its death
                    }
                    target.kill();
                }
            }
            assertThat(ThisProcess.openFiles() - files).as("file descriptors").isLessThan(16);
            assertThat(ThisProcess.heapKib() - heap).as("heap, KiB").isLessThan(GROWTH_KIB);
            assertThat(ThisProcess.mallocKib() - malloc)
                    .as("native memory, KiB")
                    .isLessThan(GROWTH_KIB);
            if (former != null) {
                former.close();
            }
        }
    }

    private static Peer meet(Agent agent, Target target) throws IOException, InterruptedException {
        int port = Integer.parseInt(target.ask("listen"));
        return agent.connect("target", "127.0.0.1", port).join();
    }

    private static Transfer write(Agent agent, MemorySegment memory, Peer peer, int seed) {
        Pattern.fill(memory, seed, 0);
        Transfer write = agent.transfer(
                        Operation.WRITE,
                        DescriptorList.of(memory),
                        peer,
                        peer.region(0).slice(0, BYTES))
                .prepare();
        write.post();
        assertThat(write.await(LIMIT)).as(write.failure().toString()).isEqualTo(Status.SUCCESS);
        return write;
    }
}
