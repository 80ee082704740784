// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Cancelling, deadlines, quarantine. */
final class GivingUpTest extends CoreFixture {

    @Test
    void cancelEndsAtOnceAndIsQuietWhenTheBackendSaysSo() {
        start();
        List<Status> told = new ArrayList<>();
        Transfer transfer =
                write().label("slow").onComplete((t, s) -> told.add(s)).prepare();
        transfer.post();
        CompletableFuture<Status> end = transfer.completion();
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(end).isCompletedWithValue(Status.CANCELED);
        assertThat(told).containsExactly(Status.CANCELED);
        assertThat(quiet).isNotDone();
        assertThat(backend.last().cancels).hasValue(1);
        assertThat(transfer.cancel()).isNotDone();
        assertThat(backend.last().cancels).hasValue(1);
        assertThat(transfer.failure().message()).isEqualTo("cancelled");

        // quarantine
        assertThat(transfer.post()).isEqualTo(Status.REPOST_ACTIVE);
        assertNixl(ErrorCode.REPOST_ACTIVE, transfer::clearNotification);
        assertNixl(ErrorCode.NOT_ALLOWED, near::close).withMessageContaining("slow");
        assertThat(agent.statistics().inFlight()).isOne();

        backend.last().fail(Status.BACKEND, 0, "too late to matter");
        assertThat(quiet).isCompleted();
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(transfer.failure().message()).isEqualTo("cancelled");
        assertThat(told).hasSize(1);
        assertThat(agent.statistics().inFlight()).isZero();
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void cancelAfterTheEndDoesNothing() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.cancel()).isCompleted();
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(backend.last().cancels).hasValue(0);
    }

    @Test
    void backendThatEndsInsideCancel() {
        start();
        backend.onCancel = t -> t.complete(Status.CANCELED);
        Transfer transfer = write().prepare();
        transfer.post();
        assertThat(transfer.cancel()).isCompleted();
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void backendThatThrowsFromCancel() {
        start();
        backend.onCancel = t -> {
            throw new AssertionError("cancel");
        };
        Transfer transfer = write().prepare();
        transfer.post();
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(quiet).isNotDone();
        backend.last().complete(Status.CANCELED);
        assertThat(quiet).isCompleted();
    }

    @Test
    void cancelWhileThePosterIsInsideIsTheOtherThreadsToPassOn() throws Exception {
        start();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        backend.onPost = t -> {
            inside.countDown();
            awaitLatch(go);
            return Status.IN_PROGRESS;
        };
        Transfer transfer = write().prepare();
        AtomicReference<Status> answer = new AtomicReference<>();
        Thread poster = thread(() -> answer.set(transfer.post()));
        awaitLatch(inside);
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(backend.last().cancels)
                .as("never while post is on the stack")
                .hasValue(0);
        go.countDown();
        join(poster);
        assertThat(answer).hasValue(Status.CANCELED);
        assertThat(backend.last().cancels).hasValue(1);
        assertThat(quiet).isNotDone();
        backend.last().complete(Status.SUCCESS);
        assertThat(quiet).isCompleted();
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
    }

    @Test
    void cancelWhileThePosterIsInsideAndTheBackendEndsInline() {
        start();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        backend.onPost = t -> {
            inside.countDown();
            awaitLatch(go);
            return Status.SUCCESS;
        };
        List<Status> told = Collections.synchronizedList(new ArrayList<>());
        Transfer transfer = write().onComplete((t, s) -> told.add(s)).prepare();
        AtomicReference<Status> answer = new AtomicReference<>();
        Thread poster = thread(() -> answer.set(transfer.post()));
        awaitLatch(inside);
        CompletableFuture<Void> quiet = transfer.cancel();
        go.countDown();
        join(poster);
        assertThat(answer).hasValue(Status.CANCELED);
        assertThat(told).containsExactly(Status.CANCELED);
        assertThat(quiet).isCompleted();
        assertThat(backend.last().cancels).hasValue(0);
        assertThat(agent.statistics().inFlight()).isZero();
    }

    @Test
    void quietFutureOfAFormerPostIsNotForgotten() {
        start();
        Transfer transfer = write().prepare();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            transfer.post();
            all.add(transfer.cancel());
            backend.last().complete(Status.CANCELED);
        }
        assertThat(all).allMatch(CompletableFuture::isDone);
    }

    // ---- deadlines

    @Test
    void deadlineSeenByPolling() {
        start();
        Transfer transfer =
                write().label("late").deadline(Duration.ofMillis(20)).prepare();
        transfer.post();
        eventually(() -> transfer.poll() != Status.IN_PROGRESS);
        assertThat(transfer.poll()).isEqualTo(Status.TIMED_OUT);
        assertThat(transfer.failure().message()).isEqualTo("late missed its deadline of 20.0 ms");
        eventually(() -> backend.last().cancels.get() == 1);
        assertThat(transfer.post()).isEqualTo(Status.REPOST_ACTIVE);
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(quiet).isNotDone();
        backend.last().complete(Status.SUCCESS);
        assertThat(quiet).isCompleted();
        assertThat(transfer.poll()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void deadlineSeenByTheWatchAlone() {
        start("agent.deadline", "20ms", "agent.progress", "park");
        AtomicReference<Status> told = new AtomicReference<>();
        Transfer transfer = write().onComplete((t, s) -> told.set(s)).prepare();
        transfer.post();
        eventually(() -> told.get() != null);
        assertThat(told).hasValue(Status.TIMED_OUT);
        assertThat(backend.last().polls).as("nobody polled").hasValue(0);
    }

    @Test
    void deadlineEndsAwait() {
        start("agent.progress", "park");
        Transfer transfer = write().deadline(Duration.ofMillis(20)).prepare();
        transfer.post();
        assertThat(transfer.await()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void deadlineIsMeasuredFromItsOwnPost() {
        start();
        Transfer transfer = write().deadline(Duration.ofMillis(30)).prepare();
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        long begun = System.nanoTime();
        eventually(() -> System.nanoTime() - begun > 40_000_000);
        // the former start lies past the deadline now: a post that is still before its own start must not be given up
        CountDownLatch polled = new CountDownLatch(1);
        AtomicReference<Status> seen = new AtomicReference<>();
        TransferState state = ((TransferImpl) transfer).state();
        assertThat(state.beginPost()).isTrue();
        thread(() -> {
            seen.set(transfer.poll());
            polled.countDown();
        });
        awaitLatch(polled);
        assertThat(seen).hasValue(Status.IN_PROGRESS);
        state.leaveEnded(Status.SUCCESS);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void zeroDeadlineIsNone() {
        start("agent.deadline", "1ms");
        Transfer transfer = write().deadline(Duration.ZERO).prepare();
        transfer.post();
        long begun = System.nanoTime();
        eventually(() -> System.nanoTime() - begun > 3_000_000);
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
        assertNixl(ErrorCode.INVALID_PARAM, () -> write().deadline(Duration.ofNanos(-1)));
    }

    @Test
    void manyDeadlinesAtOnce() {
        start("agent.deadline", "15ms");
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            Transfer transfer = write().onComplete((t, s) -> {
                        assertThat(s).isEqualTo(Status.TIMED_OUT);
                        told.incrementAndGet();
                    })
                    .prepare();
            transfer.post();
        }
        eventually(() -> told.get() == 200);
    }

    // ---- stalls

    @Test
    void stallEndsAsAMissedDeadlineDoesAndSaysHowFarItCame() {
        start("agent.progress", "park");
        AtomicReference<Status> told = new AtomicReference<>();
        Transfer transfer = write().label("stuck")
                .stallTimeout(Duration.ofMillis(20))
                .onComplete((t, s) -> told.set(s))
                .prepare();
        backend.last().moved.set(0);
        transfer.post();
        backend.last().moved.set(1024);
        eventually(() -> told.get() != null);
        assertThat(told).hasValue(Status.TIMED_OUT);
        assertThat(transfer.failure().message())
                .isEqualTo("stuck stalled: nothing moved for 20.0 ms, after 1024 of 4096 bytes in 1 descriptor");
        assertThat(transfer.failure().remedy()).contains("cancel()");
        eventually(() -> backend.last().cancels.get() == 1);
        assertThat(transfer.post()).isEqualTo(Status.REPOST_ACTIVE);
        assertNixl(ErrorCode.NOT_ALLOWED, near::close).withMessageContaining("stuck");
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(quiet).isNotDone();
        backend.last().complete(Status.SUCCESS);
        assertThat(quiet).isCompleted();
    }

    @Test
    void whatMovesDoesNotStallHoweverLongItTakes() {
        start("agent.stall_timeout", "400ms"); // a busy machine may take some away
        Transfer transfer = write().prepare();
        backend.last().moved.set(0);
        transfer.post();
        long begun = System.nanoTime();
        eventually(() -> {
            backend.last().moved.incrementAndGet(); // every tenth of a millisecond
            return System.nanoTime() - begun > 1_000_000_000;
        });
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
        eventually(() -> transfer.poll() != Status.IN_PROGRESS);
        assertThat(transfer.poll()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void backendThatCannotTellHasTheWholePostMeasured() {
        start("agent.stall_timeout", "20ms");
        Transfer transfer = write().label("dark").prepare();
        transfer.post();
        eventually(() -> transfer.poll() != Status.IN_PROGRESS);
        assertThat(transfer.failure().message())
                .isEqualTo(
                        "dark stalled: 4096 bytes in 1 descriptor took longer than 20.0 ms, and ONE does not tell how many"
                                + " have moved");
        backend.last().complete(Status.CANCELED);
    }

    /** A defect of a backend, which counts how often it is logged. */
    private static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient AtomicInteger printed;

        Planted(AtomicInteger printed) {
            super("planted");
            this.printed = printed;
        }

        @Override
        public void printStackTrace(PrintWriter to) {
            printed.incrementAndGet();
            super.printStackTrace(to);
        }
    }

    @Test
    void backendThatThrowsInsteadOfTellingHarmsNoOther() {
        start("agent.progress", "park");
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger printed = new AtomicInteger();
        backend.onMoved = t -> {
            asked.incrementAndGet();
            throw new Planted(printed);
        };
        Transfer broken = write().stallTimeout(Duration.ofHours(1)).prepare();
        broken.post();
        eventually(() -> asked.get() > 0);
        AtomicReference<Status> told = new AtomicReference<>();
        Transfer late = write().deadline(Duration.ofMillis(20))
                .onComplete((t, s) -> told.set(s))
                .prepare();
        late.post();
        eventually(() -> told.get() != null);
        assertThat(told).hasValue(Status.TIMED_OUT);
        assertThat(backend.last().polls).as("nobody polled").hasValue(0);
        eventually(() -> asked.get() > 20);
        assertThat(printed).as("times it was logged").hasValue(1);
        assertThat(broken.poll()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void backendThatThrowsCannotTell() {
        start("agent.stall_timeout", "20ms", "agent.progress", "park");
        backend.onMoved = t -> {
            throw new AssertionError("planted");
        };
        Transfer transfer = write().prepare();
        transfer.post();
        eventually(() -> transfer.poll() == Status.TIMED_OUT);
        assertThat(transfer.failure().message()).contains("ONE does not tell how many have moved");
    }

    @Test
    void backendThatTellsAtTimesOnlyStallsAsWell() {
        start("agent.stall_timeout", "50ms", "agent.progress", "park");
        AtomicInteger asked = new AtomicInteger();
        backend.onMoved = t -> {
            if (asked.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("planted");
            }
            return 1024;
        };
        Transfer transfer = write().prepare();
        transfer.post();
        eventually(() -> transfer.poll() == Status.TIMED_OUT);
        assertThat(transfer.failure().message()).contains("nothing moved for 50.0 ms, after 1024 of 4096 bytes");
    }

    @Test
    void stallIsMeasuredFromItsOwnPost() {
        start();
        Transfer transfer = write().stallTimeout(Duration.ofMillis(400)).prepare();
        for (int i = 0; i < 5; i++) { // none of them longer than that, all together are
            long begun = System.nanoTime();
            transfer.post();
            eventually(() -> System.nanoTime() - begun > 100_000_000);
            assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
            backend.last().complete(Status.SUCCESS);
        }
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void waitingForRoomIsNoStall() {
        start("agent.max_transfers_in_flight", "1", "agent.send_timeout", "80ms");
        Transfer one = write().prepare();
        Transfer two = write().stallTimeout(Duration.ofMillis(10)).prepare();
        one.post();
        assertThat(two.post()).isEqualTo(Status.NOT_ALLOWED);
    }

    @Test
    void zeroStallTimeoutIsNone() {
        start("agent.stall_timeout", "1ms");
        Transfer transfer = write().stallTimeout(Duration.ZERO).prepare();
        transfer.post();
        long begun = System.nanoTime();
        eventually(() -> System.nanoTime() - begun > 5_000_000);
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
        assertNixl(ErrorCode.INVALID_PARAM, () -> write().stallTimeout(Duration.ofNanos(-1)));
    }

    // ---- admission

    @Test
    void limitReject() {
        start("agent.max_transfers_in_flight", "1", "agent.admission", "reject");
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        one.post();
        assertThat(two.post()).isEqualTo(Status.NOT_ALLOWED);
        assertThat(two.failure().message()).contains("limit");
        assertThat(two.failure().remedy()).contains("agent.max_transfers_in_flight");
        backend.transfers.getFirst().complete(Status.SUCCESS);
        assertThat(two.post()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void whoeverSeesTheEndFindsRoom() {
        start("agent.max_transfers_in_flight", "1", "agent.admission", "reject");
        Transfer transfer = write().prepare();
        ScriptedTransfer scripted = backend.last();
        AtomicInteger told = new AtomicInteger();
        Thread ender = thread(() -> {
            while (told.get() < 3_000) {
                int now = told.get();
                if (scripted.posts.get() > now) {
                    scripted.complete(Status.SUCCESS);
                    told.incrementAndGet();
                }
                Thread.onSpinWait();
            }
        });
        for (int i = 0; i < 3_000; i++) {
            Status posted = transfer.post();
            while (posted == Status.REPOST_ACTIVE) {
                posted = transfer.post();
            }
            assertThat(posted).isIn(Status.IN_PROGRESS, Status.SUCCESS);
            while (transfer.poll() == Status.IN_PROGRESS) {
                Thread.onSpinWait();
            }
        }
        join(ender);
    }

    @Test
    void limitWaits() {
        start("agent.max_transfers_in_flight", "1");
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        one.post();
        AtomicReference<Status> answer = new AtomicReference<>();
        Thread poster = thread(() -> answer.set(two.post()));
        eventually(() -> poster.getState() == Thread.State.TIMED_WAITING);
        backend.transfers.getFirst().complete(Status.SUCCESS);
        join(poster);
        assertThat(answer).hasValue(Status.IN_PROGRESS);
    }

    @Test
    void waitingForRoomIsBounded() {
        start("agent.max_transfers_in_flight", "1", "agent.send_timeout", "20ms");
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        one.post();
        assertThat(two.post()).isEqualTo(Status.NOT_ALLOWED);
        Transfer three = write().deadline(Duration.ofMillis(20)).prepare();
        assertThat(three.post()).isEqualTo(Status.TIMED_OUT);
        assertThat(agent.statistics().inFlight()).isOne();
    }

    @Test
    void cancelEndsTheWaitForRoomAndNothingMoves() {
        start("agent.max_transfers_in_flight", "1");
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        one.post();
        AtomicReference<Status> answer = new AtomicReference<>();
        Thread poster = thread(() -> answer.set(two.post()));
        eventually(() -> poster.getState() == Thread.State.TIMED_WAITING);
        CompletableFuture<Void> quiet = two.cancel();
        join(poster);
        assertThat(answer).hasValue(Status.CANCELED);
        assertThat(quiet).isCompleted();
        assertThat(backend.last().posts).hasValue(0);
    }

    @Test
    void fromACallbackThereIsNoWaiting() {
        start("agent.max_transfers_in_flight", "1", "agent.send_timeout", "1h");
        Transfer stuck = write().prepare();
        AtomicReference<Status> answer = new AtomicReference<>();
        Transfer[] other = new Transfer[1];
        Transfer first = write().onComplete((t, s) -> {
                    stuck.post();
                    answer.set(other[0].post());
                })
                .prepare();
        ScriptedTransfer scripted = backend.last();
        other[0] = write().prepare();
        first.post();
        scripted.complete(Status.SUCCESS);
        assertThat(stuck.poll()).isEqualTo(Status.IN_PROGRESS);
        assertThat(answer).hasValue(Status.NOT_ALLOWED);
    }

    @Test
    void bytesAreBoundedAndOneLargePostPassesAlone() {
        start("agent.max_bytes_in_flight", "8K", "agent.admission", "reject");
        Transfer large = agent.transfer(
                        io.jnixl.api.Operation.WRITE, range(near, 0, 1 << 16), agent.self(), range(far, 0, 1 << 16))
                .prepare();
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        Transfer three = write().prepare();
        assertThat(large.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(one.post()).isEqualTo(Status.NOT_ALLOWED);
        backend.transfers.getFirst().complete(Status.SUCCESS);
        assertThat(one.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(two.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(three.post()).isEqualTo(Status.NOT_ALLOWED);
        assertThat(large.post()).isEqualTo(Status.NOT_ALLOWED);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
