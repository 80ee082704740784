// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer whose process is stopped (SIGSTOP): over TCP nothing gets there, over shared memory data does. */
@NeedsNative(Native.UCX)
class StoppedPeerIT extends WithVictim {
    private static final int BYTES = 4 << 20;
    private static final int BLOCK = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofMillis(200);

    /** After so long without anything to do UCX's own thread sleeps. */
    private static final Duration ASLEEP = Duration.ofMillis(20);

    /** Less than an agent waits for peers that do not answer. */
    private static final Duration SOON = Duration.ofSeconds(2);

    /**
     * Longer than keepalive takes to find a dead one, and than it takes to find, with a limit of a second, that a host is gone: a stopped
     * one must not be taken for that.
     */
    private static final Duration STOPPED = Duration.ofSeconds(4);

    @AfterEach
    void nothingIsLeftStopped() throws Exception {
        Signals.awaitAll();
    }

    private static Agent agent(String engineConfig, String... more) {
        Config config = Config.empty().with("agent.backends", "UCX").with("backends.UCX.engine_config", engineConfig);
        for (int i = 0; i < more.length; i += 2) {
            config = config.with(more[i], more[i + 1]);
        }
        return Agent.builder("survivor").config(config).build();
    }

    private static Transfer write(Agent agent, Allocation memory, Peer peer, int region, Duration deadline) {
        return agent.write(memory.segment())
                .to(peer.region(region).slice(0, BYTES))
                .label("push")
                .deadline(deadline)
                .prepare();
    }

    private static void assertHeld(Allocation memory) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(memory::close)
                .withMessageContaining("push")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
    }

    private static void sleepUntil(long nanoTime) {
        Await.until("time", () -> System.nanoTime() > nanoTime);
    }

    @Test
    void overTcpTheDeadlineFiresAndItWorksAgainAfterwards() throws Exception {
        try (Victim victim = Victim.start(program, List.of(), BYTES, TCP);
                Agent agent = agent(TCP, "backends.UCX.tcp_timeout", "1s");
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("victim"));
            try (Transfer push = write(agent, memory, peer, 0, DEADLINE)) {
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.SUCCESS);
                Signals.stop(victim.pid());
                long stopped = System.nanoTime();
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT);
                assertThat(System.nanoTime() - stopped)
                        .isLessThan(Duration.ofSeconds(2).toNanos());
                assertThat(peer.state()).isEqualTo(Peer.State.SUSPECT);
                CompletableFuture<Void> quiet = push.cancel();
                assertHeld(memory);
                sleepUntil(stopped + STOPPED.toNanos());
                assertThat(quiet).isNotDone();
                assertThat(push.post()).isEqualTo(Status.REPOST_ACTIVE);
                assertThat(peer.isCurrent()).isTrue();
                Signals.go(victim.pid());
                quiet.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                assertThat(peer.state()).as("what was given up has arrived").isEqualTo(Peer.State.CONNECTED);
                Await.until("a post that succeeds", () -> {
                    push.post();
                    return push.await(LIMIT) == Status.SUCCESS;
                });
            }
        }
    }

    @Test
    void aStallIsNoticedThoughUcxTellsNotHowFarItIs() throws Exception {
        try (Victim victim = Victim.start(program, List.of(), BYTES, TCP);
                Agent agent = agent(TCP, "agent.stall_timeout", "200ms");
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("victim"));
            peer.connect();
            try (Transfer push = write(agent, memory, peer, 0, Duration.ZERO)) {
                Signals.stop(victim.pid());
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.TIMED_OUT);
                assertThat(push.failure().message())
                        .contains("push stalled: " + BYTES + " bytes in 1 descriptor", "UCX does not tell");
                Signals.go(victim.pid());
                push.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void overSharedMemoryDataArrivesWithoutThePeerAndItsAnswerIsLate() throws Exception {
        try (Target target = new Target(folder, "target", BYTES, true, "");
                Agent agent = agent("");
                Allocation memory = agent.allocate(BYTES)) {
            Path mine = Files.write(folder.resolve("survivor.metadata"), agent.metadata());
            Peer peer = agent.loadPeer(target.metadata());
            assertThat(target.ask("load " + mine)).isEqualTo("survivor");
            Pattern.fill(memory.segment(), 7, 0);
            try (Transfer push = write(agent, memory, peer, 0, LIMIT)) {
                push.post();
                assertThat(push.await()).isEqualTo(Status.SUCCESS);
                Pattern.fill(memory.segment(), 8, 0);
                Signals.stop(target.pid());
                push.post();
                assertThat(push.await()).isEqualTo(Status.SUCCESS);
                target.tell("send survivor answer");
                assertThatExceptionOfType(NixlException.class)
                        .isThrownBy(() -> agent.awaitNotification(DEADLINE))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
                Signals.go(target.pid());
                assertThat(agent.awaitNotification(LIMIT).text()).isEqualTo("answer");
                target.expect("ok", target.answer());
                target.expect("ok", target.ask("check 0 " + BYTES + " 8"));
            }
        }
    }

    /** Polls that find nothing leave UCX as it is: what comes afterwards wakes the thread that progresses all the same. */
    @ParameterizedTest
    @ValueSource(strings = {Target.WITH_PEERS_HELP, TCP})
    void whatWasPolledInVainEndsUnpolled(String engineConfig) throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig);
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(target.metadata());
            peer.connect();
            try (Transfer push = agent.write(memory.segment().asSlice(0, BLOCK))
                    .to(peer.region(0).slice(0, BLOCK))
                    .deadline(LIMIT)
                    .prepare()) {
                for (int round = 0; round < 5; round++) {
                    Signals.stop(target.pid());
                    sleepUntil(System.nanoTime() + ASLEEP.toNanos());
                    push.post();
                    CompletableFuture<Status> end = push.completion();
                    for (int i = 0; i < 1_000; i++) {
                        assertThat(push.poll()).isEqualTo(Status.IN_PROGRESS);
                    }
                    Signals.go(target.pid());
                    assertThat(end.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Status.SUCCESS);
                }
            }
        }
    }

    /** What waits for room in a dead peer's queue would wait without end, and all that the agent holds with it. */
    @Test
    @SuppressWarnings("try") // closed in the middle is the point
    void closesSoonThoughTheQueueOfOneThatWasKilledIsFull() throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, Target.WITH_PEERS_HELP);
                Agent agent = agent(Target.WITH_PEERS_HELP);
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(target.metadata());
            try (Transfer push = write(agent, memory, peer, 0, Duration.ZERO)) {
                push.post();
                assertThat(push.await(LIMIT)).isEqualTo(Status.SUCCESS);
                Signals.stop(target.pid());
                push.post();
                assertThat(push.await(DEADLINE)).isEqualTo(Status.IN_PROGRESS);
                target.kill();
                long start = System.nanoTime();
                agent.close();
                assertThat(System.nanoTime() - start).isLessThan(SOON.toNanos());
                assertThat(push.await()).isIn(Status.CANCELED, Status.REMOTE_DISCONNECT);
            }
        }
    }

    // ---- cancelling

    @Test
    void cancelEndsTheWaitAtOnceAndTheMemoryIsFreeWhenTheEndpointIsGone() throws Exception {
        try (Victim victim = Victim.start(program, List.of(), BYTES, TCP);
                Agent agent = agent(TCP);
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("victim"));
            peer.connect();
            Transfer push = write(agent, memory, peer, 0, Duration.ZERO);
            Signals.stop(victim.pid());
            push.post();
            long start = System.nanoTime();
            CompletableFuture<Void> quiet = push.cancel();
            assertThat(push.await(LIMIT)).isEqualTo(Status.CANCELED);
            assertThat(System.nanoTime() - start).isLessThan(500_000_000L);
            assertThat(quiet).isNotDone();
            assertHeld(memory);
            agent.invalidatePeer("victim"); // without force, what is under way is waited for
            assertThat(quiet).isNotDone();
            assertHeld(memory);
            victim.kill();
            quiet.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            push.close();
        }
    }

    /** What {@code ucx_ep_close_force} is for, and what it costs: the peer finds this side gone. */
    @Test
    void forceDropsWhatIsUnderWay() throws Exception {
        try (Victim victim = Victim.start(program, List.of(), BYTES, TCP);
                Agent agent = agent(TCP, "backends.UCX.ucx_ep_close_force", "true");
                Allocation memory = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(victim.metadata("victim"));
            peer.connect();
            Transfer push = write(agent, memory, peer, 0, Duration.ZERO);
            Signals.stop(victim.pid());
            push.post();
            CompletableFuture<Void> quiet = push.cancel();
            assertThat(quiet).isNotDone();
            agent.invalidatePeer("victim");
            quiet.get(1, TimeUnit.SECONDS);
            push.close();
            Signals.go(victim.pid());
        }
    }
}
