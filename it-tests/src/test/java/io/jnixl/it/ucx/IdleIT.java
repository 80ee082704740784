// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that have talked to each other, and then do nothing, use no processor. */
@NeedsNative(Native.UCX)
class IdleIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WINDOWS = 10;
    private static final long WINDOW_MILLIS = 700;

    /** Of one window, in which keepalive alone takes one or two. One thread that looks every 100 us would take more than this. */
    private static final long MOST_MICROS = 20_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp"})
    void connectedAgents(String engineConfig) throws Exception {
        try (Target target = new Target(folder, "target", 4096, false, engineConfig);
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty()
                                .with("agent.backends", "UCX")
                                .with("backends.UCX.engine_config", engineConfig))
                        .build()) {
            Path mine = folder.resolve("initiator.metadata");
            Files.write(mine, agent.metadata());
            target.expect("initiator", target.ask("load " + mine));
            Peer peer = agent.loadPeer(target.metadata());
            for (int i = 0; i < 100; i++) { // both sides have waited actively, and both helpers have been woken
                target.tell("await");
                agent.sendNotification(peer, "x");
                target.answer();
                target.expect("ok", target.ask("send initiator y"));
                assertThat(agent.awaitNotification(LIMIT).text()).isEqualTo("y");
            }
            target.tell("await"); // it waits while it is idle
            long targets = leastCpuMicros(target.pid());
            long initiators = leastCpuMicros(ProcessHandle.current().pid());
            System.out.println("IdleIT " + engineConfig + ": target " + targets + " us, initiator " + initiators
                    + " us of the processor in " + WINDOW_MILLIS + " ms");
            assertThat(targets).as("us of the idle target's").isLessThanOrEqualTo(MOST_MICROS);
            assertThat(initiators).as("us of the idle initiator's").isLessThanOrEqualTo(MOST_MICROS);
            agent.sendNotification(peer, "x"); // still alive
            assertThat(target.answer()).startsWith("initiator 1 ");
        }
    }

    /** The process's processor time in the first window that has little, or the best: what compiles and collects ends at some time. */
    private static long leastCpuMicros(long pid) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WINDOWS && least > MOST_MICROS; i++) {
            Map<Path, Long> before = cpuNanos(pid);
            Thread.sleep(WINDOW_MILLIS);
            long nanos = cpuNanos(pid).entrySet().stream()
                    .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                    .sum();
            least = Math.min(least, nanos / 1_000);
        }
        return least;
    }

    /** Of each thread, by its file: the scheduler counts exactly, where a process's times are in steps of 10 ms. */
    private static Map<Path, Long> cpuNanos(long pid) throws IOException {
        Map<Path, Long> times = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                try {
                    String[] numbers =
                            Files.readString(thread.resolve("schedstat")).split(" ", -1);
                    times.put(thread, Long.parseLong(numbers[0]));
                } catch (IOException e) {
                    assertThat(thread).as("threads may end meanwhile").doesNotExist();
                }
            }
        }
        return times;
    }
}
