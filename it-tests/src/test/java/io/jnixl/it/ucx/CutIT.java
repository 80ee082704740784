// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network between two hosts is cut and mended; the hosts are two network namespaces. */
@NeedsNative(Native.UCX)
class CutIT {
    private static final int BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMillis(200);

    /** Longer than the keepalive interval. */
    private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("jnixl.cut.seconds", 2));

    @TempDir
    Path folder;

    @Test
    void theDeadlineFiresAndItWorksAgainAfterwards() throws Exception {
        Path program = Victim.compile(folder);
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = Victim.start(program, networks.launcher(), BYTES, "TLS=tcp,self");
                Agent agent = Agent.builder("here")
                        .config(Config.empty()
                                .with("agent.backends", "UCX")
                                .with("backends.UCX.engine_config", "TLS=tcp,self")
                                .with("backends.UCX.device_list", networks.device()))
                        .build();
                Allocation memory = agent.allocate(BYTES)) {
            Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
            agent.onPeer(events::add);
            Peer peer = agent.loadPeer(victim.metadata("there"));
            try (Transfer push = agent.write(memory.segment())
                    .to(peer.region(0).slice(0, BYTES))
                    .deadline(DEADLINE)
                    .prepare()) {
                Await.until("a first success", () -> {
                    push.post();
                    return push.await(LIMIT) == Status.SUCCESS;
                });
                networks.cut();
                long start = System.nanoTime();
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT);
                long took = System.nanoTime() - start;
                assertThat(took).isLessThan(Duration.ofSeconds(2).toNanos());
                assertThat(peer.state()).isEqualTo(Peer.State.SUSPECT);
                Await.until("time", () -> System.nanoTime() - start > CUT.toNanos());
                assertThat(push.cancel()).isNotDone();
                networks.mend();
                long mended = System.nanoTime();
                push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                long quiet = System.nanoTime();
                Await.until(LIMIT, "a success after mending", () -> {
                    push.post();
                    return push.await(LIMIT) == Status.SUCCESS;
                });
                System.out.println("CutIT: deadline after " + took / 1_000_000 + " ms; after mending quiet in "
                        + (quiet - mended) / 1_000_000 + " ms; events " + events);
                assertThat(peer.state()).isEqualTo(Peer.State.CONNECTED);
                assertThat(events.stream().map(Object::getClass))
                        .startsWith(PeerEvent.Loaded.class)
                        .contains(PeerEvent.Suspect.class)
                        .doesNotContain(PeerEvent.Lost.class);
            }
        }
    }
}
