// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that have talked to each other, and then do nothing, use no processor. */
@NeedsNative(Native.UCX)
class IdleIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WINDOWS = 3;
    private static final long WINDOW_MILLIS = 700;

    /** Of one window; the system counts in steps of 10. One thread that never sleeps would use all of it. */
    private static final long MOST_MILLIS = 30;

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
            assertThat(leastCpuMillis(target.pid()))
                    .as("ms of the idle target's")
                    .isLessThanOrEqualTo(MOST_MILLIS);
            assertThat(leastCpuMillis(ProcessHandle.current().pid()))
                    .as("ms of the idle initiator's")
                    .isLessThanOrEqualTo(MOST_MILLIS);
            agent.sendNotification(peer, "x"); // still alive
            assertThat(target.answer()).startsWith("initiator 1 ");
        }
    }

    /** The process's processor time in the best of some windows: what compiles and collects ends at some time. */
    private static long leastCpuMillis(long pid) throws InterruptedException {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WINDOWS; i++) {
            Duration before = process.info().totalCpuDuration().orElseThrow();
            Thread.sleep(WINDOW_MILLIS);
            Duration after = process.info().totalCpuDuration().orElseThrow();
            least = Math.min(least, after.minus(before).toMillis());
        }
        return least;
    }
}
