// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A host that does not answer, or does not any more: what is sent to the other network namespace gets lost, without a sign. */
@NeedsNative(Native.UCX)
class SilentHostIT extends BetweenHosts {
    /** So many transfers that no buffers of TCP hold them. */
    private static final int MUCH = 32;

    /** Five seconds for transfers, two for peers, six for UCX, and some for a busy machine. */
    private static final Duration END = Duration.ofSeconds(18);

    @Test
    void theLossOfAHostThatNeverAnswersIsTold() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent agent = agent("here", networks.device());
                Allocation memory = agent.allocate(BYTES)) {
            networks.swallow();
            Peer peer = agent.loadPeer(victim.metadata("there"));
            try (Transfer push = push(agent, memory, peer)) {
                push.post();
                assertThatExceptionOfType(NixlException.class)
                        .isThrownBy(peer::connect)
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_DISCONNECT));
                push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                Await.until("the loss", () -> peer.state() == Peer.State.LOST);
            }
        }
    }

    /** The kernel would go on sending for a quarter of an hour, and posts without a deadline would wait for as long. */
    @Test
    void aHostThatDiesIsNoticedByIdleAgentsAndEndsWhatRuns() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent beside = agent("beside", "lo");
                Allocation theirs = beside.allocate(BYTES);
                Agent agent = agent("here", networks.device() + " lo", "1s");
                Allocation memory = agent.allocate(BYTES);
                Transfer besides = push(agent, memory, agent.loadPeer(beside.metadata()))) {
            assertThat(theirs.segment().byteSize()).isEqualTo(BYTES);
            byte[] metadata = victim.metadata("there");
            Peer idle = agent.loadPeer(metadata);
            idle.connect();
            networks.swallow();
            long died = System.nanoTime();
            Await.until("the loss", () -> idle.state() == Peer.State.LOST);
            final long noticed = System.nanoTime() - died;
            networks.deliver();

            Peer busy = agent.loadPeer(metadata); // whose process lives, and has lost nothing
            try (Transfer push = agent.write(memory.segment())
                    .to(busy.region(0).slice(0, BYTES))
                    .prepare()) {
                succeed(push);
                networks.swallow();
                died = System.nanoTime();
                push.post();
                succeed(besides);
                assertThat(push.await(LIMIT)).isEqualTo(Status.REMOTE_DISCONNECT);
                long ended = System.nanoTime() - died;
                assertThat(push.failure().message()).contains("its host has not answered for 1000 ms");
                succeed(besides);
                System.out.println("SilentHostIT: an idle agent noticed after " + noticed / 1_000_000
                        + " ms that a host had died, and what ran to it ended after " + ended / 1_000_000 + " ms");
                assertThat(Math.max(noticed, ended))
                        .isLessThan(Duration.ofSeconds(15).toNanos());
            }
        }
    }

    /** The kernel does not ask a host again for as long as it was cut off, and the half of that. */
    @Test
    void aHostThatIsBackBeforeTheTimeoutIsNotLost() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent agent = agent("here", networks.device(), "4s");
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("there"));
            try (Transfer push = push(agent, memory, peer)) {
                succeed(push);
                networks.swallow();
                long cut = System.nanoTime();
                push.post();
                Await.until(
                        "time",
                        () -> System.nanoTime() - cut > Duration.ofMillis(3_500).toNanos());
                networks.deliver();
                push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                succeed(push);
                assertThat(peer.isCurrent()).isTrue();
            }
        }
    }

    /** First a process that takes nothing more, then its host: nothing waits to be acknowledged, and the kernel only asks for room. */
    @Test
    void aHostThatDiesWithItsReceiverStoppedIsLost() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks);
                Agent agent = agent("here", networks.device(), "1s");
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("there"));
            List<Transfer> pushes =
                    Stream.generate(() -> push(agent, memory, peer)).limit(MUCH).toList();
            try {
                succeed(pushes.getFirst());
                Signals.stop(victim.pid());
                pushes.forEach(Transfer::post);
                pushes.forEach(push -> assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT));
                networks.swallow();
                Await.until(LIMIT, "the loss", () -> peer.state() == Peer.State.LOST);
                for (Transfer push : pushes) {
                    push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
            } finally {
                Signals.go(victim.pid());
                pushes.forEach(Transfer::close);
            }
        }
    }

    // ---- the agent's end

    /** Does something on an agent, and answers the transfers that its end leaves. */
    private interface Step {
        List<Transfer> run(Agent agent, Allocation memory) throws Exception;
    }

    /** An agent's end after that leaves nothing behind of UCX's, and soon. */
    private void assertEnds(String what, TwoNetworks networks, Step step) throws Exception {
        agent("first", networks.device()).close(); // which opens what stays
        long before = ThisProcess.openFiles();
        Agent agent = agent("here", networks.device());
        Allocation memory = agent.allocate(BYTES);
        List<Transfer> left = step.run(agent, memory);
        long start = System.nanoTime();
        agent.close();
        long took = System.nanoTime() - start;
        System.out.println("SilentHostIT: " + what + ": the agent ended within " + took / 1_000_000 + " ms");
        left.forEach(Transfer::close);
        memory.close(); // nobody touches it any more
        assertThat(took).isLessThan(END.toNanos());
        assertThat(ThisProcess.openFiles() - before)
                .as("file descriptors that it left")
                .isLessThan(ThisProcess.FILES_OF_A_WORKER);
    }

    /** TCP would go on for over two minutes by itself, with what is under way in its hands. */
    @Test
    void anAgentEndsThoughItIsConnectingToAHostThatNeverAnswers() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks)) {
            networks.swallow();
            assertEnds("connecting", networks, (agent, memory) -> {
                Transfer push = push(agent, memory, agent.loadPeer(victim.metadata("there")));
                push.post();
                return List.of(push);
            });
        }
    }

    @Test
    void anAgentEndsThoughAHostHasJustDied() throws Exception {
        try (TwoNetworks networks = TwoNetworks.connect();
                Victim victim = victim(networks)) {
            assertEnds("writing", networks, (agent, memory) -> {
                Transfer push = push(agent, memory, agent.loadPeer(victim.metadata("there")));
                succeed(push);
                networks.swallow();
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT);
                return List.of(push);
            });
        }
    }
}
