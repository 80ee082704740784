// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Group I of the interoperation checklist (docs/interop.md), and a peer that goes in peace. */
@NeedsNative(Native.UCX)
class SafetyIT {
    private static final int BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static Agent agent(String engineConfig) {
        return Agent.builder("initiator")
                .config(Config.empty().with("agent.backends", "UCX").with("backends.UCX.engine_config", engineConfig))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp"})
    @DisplayName("F: peer's graceful exit")
    void gracefulExit(String engineConfig) throws Exception {
        try (Arena arena = Arena.ofShared();
                Target target = new Target(folder, "target", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig)) {
            MemorySegment memory = arena.allocate(BYTES, 4096);
            agent.register(memory);
            Peer peer = agent.loadPeer(target.metadata());
            try (Transfer write = write(agent, memory, peer, 64)) {
                write.post();
                assertThat(write.await(LIMIT)).isEqualTo(Status.SUCCESS);
                assertThat(target.end()).isZero();
                Status status = Status.SUCCESS;
                long start = System.nanoTime();
                while (!status.isError() && System.nanoTime() - start < LIMIT.toNanos()) {
                    status = write.post();
                    status = status == Status.IN_PROGRESS ? write.await(LIMIT) : status;
                }
                assertThat(status).as(write.failure().toString()).isIn(Status.REMOTE_DISCONNECT, Status.NOT_FOUND);
            }
        }
    }

    /**
     * Both sides must have the same mode. Where they have not, UCX refuses, and 1.13 has been seen to end the process whose
     * mode is none; the other one, with the mode that is the default everywhere, must live on.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp"})
    @DisplayName("F: error mode mismatch ends in a status on the side of mode peer")
    void errorModes(String engineConfig) throws Exception {
        Surroundings none = new Surroundings().with("-D" + TargetMain.ERROR_MODE + "=none");
        try (Arena arena = Arena.ofShared();
                Target odd = new Target(folder, none, "odd", BYTES, false, engineConfig);
                Target even = new Target(folder, "even", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig)) {
            MemorySegment memory = arena.allocate(BYTES, 4096);
            agent.register(memory);
            Path mine = Files.write(folder.resolve("initiator.metadata"), agent.metadata());
            Peer oddPeer = agent.loadPeer(odd.metadata());
            odd.tell("load " + mine); // which fails there, if it does not end the process
            try (Transfer write = write(agent, memory, oddPeer, 64)) {
                Status status = write.post();
                status = status == Status.IN_PROGRESS ? write.await(LIMIT) : status;
                assertThat(status)
                        .as(write.failure().toString())
                        .isIn(Status.SUCCESS, Status.REMOTE_DISCONNECT, Status.BACKEND, Status.NOT_FOUND);
            }
            try (Transfer write = write(agent, memory, agent.loadPeer(even.metadata()), 64)) {
                write.post();
                assertThat(write.await(LIMIT)).as(write.failure().toString()).isEqualTo(Status.SUCCESS);
            }
        }
    }

    private static Transfer write(Agent agent, MemorySegment memory, Peer peer, long bytes) {
        return agent.transfer(
                        Operation.WRITE,
                        DescriptorList.of(memory.asSlice(0, bytes)),
                        peer,
                        peer.region(0).slice(0, bytes))
                .withNotifications()
                .prepare();
    }

    @Test
    @DisplayName("I: -Xcheck:jni clean, close order included")
    void checkedJni() throws Exception {
        try (Arena arena = Arena.ofShared();
                Target target = new Target(folder, new Surroundings().with("-Xcheck:jni"), "target", BYTES, true, "");
                Agent agent = agent("")) {
            MemorySegment memory = arena.allocate(BYTES, 4096);
            Pattern.fill(memory, 1, 0);
            agent.register(memory);
            Peer peer = agent.loadPeer(target.metadata());
            try (Transfer write = write(agent, memory, peer, BYTES)) {
                write.post("done");
                assertThat(write.await(LIMIT)).as(write.failure().toString()).isEqualTo(Status.SUCCESS);
            }
            target.ask("await");
            target.expect("ok", target.ask("check 0 " + BYTES + " 1"));
            assertThat(target.end()).isZero();
            assertThat(target.log()).doesNotContain("WARNING in native method", "FATAL ERROR in native method");
        }
    }

    /** A registration holds on to what UCX may touch: neither collections nor other registrations take it away. */
    @Test
    @DisplayName("I: collections of garbage under registrations")
    void garbageCollections() throws Exception {
        int regions = 64;
        int bytes = 64 << 10;
        try (Arena arena = Arena.ofShared();
                Target target = new Target(folder, "target", (long) regions * bytes, false, "");
                Agent agent = agent("")) {
            Peer peer = agent.loadPeer(target.metadata());
            List<Transfer> reads = new ArrayList<>();
            target.expect("ok", target.ask("fill 0 " + (long) regions * bytes + " 3"));
            for (int i = 0; i < regions; i++) {
                MemorySegment memory = arena.allocate(bytes, 4096);
                agent.register(MemoryRegion.of(memory)); // nobody keeps the registration
                reads.add(agent.transfer(
                                Operation.READ,
                                DescriptorList.of(memory),
                                peer,
                                peer.region(0).slice((long) i * bytes, bytes))
                        .prepare());
                if (i % 8 == 0) {
                    System.gc();
                }
                reads.getLast().post();
                assertThat(reads.getLast().await(LIMIT)).isEqualTo(Status.SUCCESS);
                assertThat(Pattern.firstWrong(memory, 3, (long) i * bytes)).isEqualTo(-1);
            }
            System.gc();
            for (Transfer read : reads) {
                read.post();
                assertThat(read.await(LIMIT)).as(read.failure().toString()).isEqualTo(Status.SUCCESS);
                read.close();
            }
        }
    }
}
