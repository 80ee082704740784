// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes that know nothing of one another but etcd, and move bytes by UCX. */
@NeedsNative({Native.ETCD, Native.UCX})
class EtcdProcessesIT extends EtcdFixture {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Process target;
    private Writer in;
    private BufferedReader out;

    @BeforeEach
    void startTarget() throws IOException {
        target = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                System.getProperty("java.class.path"),
                                System.getProperty("jdk.module.path", ""),
                                // a module that is patched with its tests does not have them on its path
                                Path.of(System.getProperty("basedir", ""), "target", "test-classes")
                                        .toString()),
                        EtcdTargetMain.class.getName(),
                        server.endpoint(),
                        namespace)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = target.outputWriter(StandardCharsets.UTF_8);
        out = target.inputReader(StandardCharsets.UTF_8);
    }

    @AfterEach
    void endTarget() {
        target.destroyForcibly();
    }

    /** Waits until the target says that it is done; UCX writes to standard output too. */
    private void tell(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
        String answer;
        do {
            answer = out.readLine();
        } while (answer != null && !answer.startsWith(EtcdTargetMain.ANSWER));
        assertThat(answer).isEqualTo(EtcdTargetMain.ANSWER + line);
    }

    @Test
    void theyMeetMoveBytesAndPart() throws Exception {
        BlockingQueue<PeerEvent> events = new LinkedBlockingQueue<>();
        try (Agent agent = Agent.builder("initiator")
                        .config(EtcdTargetMain.config(server.endpoint(), namespace))
                        .build();
                Allocation memory = agent.allocate(2L * EtcdTargetMain.BYTES)) {
            agent.onPeer(events::add);
            for (int round = 1; round <= 3; round++) {
                CompletableFuture<Peer> coming = agent.exchange().fetch("target");
                tell("publish");
                Peer peer = coming.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                assertThat(next(events)).isEqualTo(new PeerEvent.Loaded(peer));
                thereAndBack(agent, memory.segment(), peer, (byte) round);
                assertThat(next(events)).isEqualTo(new PeerEvent.Connected(peer));
                tell("withdraw");
                long start = System.nanoTime();
                assertThat(next(events)).isEqualTo(new PeerEvent.Invalidated(peer));
                System.out.println("withdrawn, noticed after " + (System.nanoTime() - start) / 1000 + " us");
            }
        }
    }

    private static PeerEvent next(BlockingQueue<PeerEvent> events) throws InterruptedException {
        return events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void thereAndBack(Agent agent, MemorySegment memory, Peer peer, byte fill) {
        MemorySegment first = memory.asSlice(0, EtcdTargetMain.BYTES).fill(fill);
        MemorySegment second = memory.asSlice(EtcdTargetMain.BYTES).fill((byte) 0);
        DescriptorList far = peer.region(0).slice(0, EtcdTargetMain.BYTES);
        for (Operation operation : List.of(Operation.WRITE, Operation.READ)) {
            DescriptorList near = DescriptorList.of(operation == Operation.WRITE ? first : second);
            try (Transfer transfer = agent.transfer(operation, near, peer, far).prepare()) {
                transfer.post();
                assertThat(transfer.await(LIMIT))
                        .as(transfer.failure().toString())
                        .isEqualTo(Status.SUCCESS);
            }
        }
        assertThat(second.mismatch(first)).isEqualTo(-1);
    }
}
