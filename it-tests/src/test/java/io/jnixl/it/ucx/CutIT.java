// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The network between two hosts is cut and mended; the hosts are two network namespaces. */
@NeedsNative(Native.UCX)
class CutIT extends BetweenHosts {
    /** Longer than the keepalive interval. */
    private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("jnixl.cut.seconds", 2));

    @Test
    void theDeadlineFiresAndItWorksAgainAfterwards() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent agent =
                        agent("here", networks.device(), CUT.plusSeconds(8).toMillis() + "ms");
                Allocation memory = agent.allocate(BYTES)) {
            Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
            agent.onPeer(events::add);
            Peer peer = agent.loadPeer(victim.metadata("there"));
            try (Transfer push = push(agent, memory, peer)) {
                succeed(push);
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
                succeed(push);
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

    /** By default UCX connects over TCP in connect(2), which waits for two minutes, with the worker that all peers share. */
    @Test
    void aHostThatDoesNotAnswerHoldsUpNobody() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent beside = agent("beside", "lo");
                Allocation theirs = beside.allocate(BYTES);
                Agent agent = agent("here", networks.device() + " lo");
                Allocation memory = agent.allocate(BYTES);
                Transfer besides = push(agent, memory, agent.loadPeer(beside.metadata()))) {
            memory.segment().fill((byte) 7);
            succeed(besides);
            assertThat(theirs.segment().mismatch(memory.segment())).isEqualTo(-1);
            networks.swallow();
            long start = System.nanoTime();
            Peer peer = agent.loadPeer(victim.metadata("there"));
            try (Transfer push = push(agent, memory, peer)) {
                push.post();
                succeed(besides);
                assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT);
                succeed(besides);
                long took = System.nanoTime() - start;
                assertThat(took).isLessThan(Duration.ofSeconds(10).toNanos());
                Await.until("suspicion", () -> peer.state() == Peer.State.SUSPECT);
                networks.deliver();
                push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                succeed(push);
                System.out.println(
                        "CutIT: deadline of a post to a host that does not answer, and two posts to another peer, after "
                                + took / 1_000_000 + " ms");
            } finally {
                networks.deliver(); // what is closed next waits for its connection
            }
        }
    }
}
