// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.BackendStatistics;
import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferFailure;
import io.jnixl.spi.BackendDetails;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Posts and their ends, without giving up. */
final class PostingTest extends CoreFixture {

    @Test
    void neverPosted() {
        start();
        Transfer transfer = write().prepare();
        assertThat(transfer.poll()).isEqualTo(Status.NOT_POSTED);
        assertThat(transfer.await()).isEqualTo(Status.NOT_POSTED);
        assertThat(transfer.completion()).isCompletedWithValue(Status.NOT_POSTED);
        assertThat(transfer.failure().isFailure()).isFalse();
        assertThat(transfer.cancel()).isCompleted();
        assertThat(backend.last().posts).hasValue(0);
    }

    @Test
    void endsWhenTheBackendSaysSoAndStays() {
        start();
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
        assertThat(backend.last().polls).hasPositiveValue();
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.await(Duration.ZERO)).isEqualTo(Status.SUCCESS);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(backend.last().posts).hasValue(2);
    }

    @Test
    void inlineEnd() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(backend.last().polls).hasValue(0);
        assertThat(agent.statistics().inFlight()).isZero();
    }

    @Test
    void endReportedBeforePostReturns() {
        start();
        AtomicReference<Status> seenInside = new AtomicReference<>();
        Transfer[] transfer = new Transfer[1];
        backend.onPost = t -> {
            t.complete(Status.SUCCESS);
            seenInside.set(transfer[0].poll());
            return Status.IN_PROGRESS;
        };
        transfer[0] = write().prepare();
        assertThat(transfer[0].post()).isEqualTo(Status.SUCCESS);
        assertThat(seenInside).hasValue(Status.IN_PROGRESS);
        assertThat(agent.statistics().inFlight()).isZero();
    }

    @Test
    void endFromAnotherThreadWhilePostIsStillInside() {
        start();
        backend.onPost = t -> {
            join(thread(() -> t.fail(Status.BACKEND, 0, "disk on fire")));
            return Status.IN_PROGRESS;
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).isEqualTo("disk on fire");
    }

    @Test
    void postDuringAPostIsRefusedAndChangesNothing() {
        start();
        Transfer transfer = write().notifying("first").prepare();
        transfer.post();
        assertThat(transfer.post()).isEqualTo(Status.REPOST_ACTIVE);
        assertThat(transfer.post("second")).isEqualTo(Status.REPOST_ACTIVE);
        assertThat(backend.last().message()).isEqualTo("first");
        assertThat(transfer.poll()).isEqualTo(Status.IN_PROGRESS);
        assertThat(backend.last().posts).hasValue(1);
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void backendThatNeedsACallerIsPolledBeforeAPostIsRefused() {
        start();
        backend.onPoll = t -> t.complete(Status.SUCCESS);
        Transfer transfer = write().prepare();
        transfer.post();
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(backend.last().posts).hasValue(2);
    }

    @Test
    void failureSaysWhatTheBackendSaid() {
        start();
        Transfer transfer = write().label("kv-7").prepare();
        transfer.post();
        backend.last().fail(Status.BACKEND, 0, "short write");
        TransferFailure failure = transfer.failure();
        assertThat(failure.isFailure()).isTrue();
        assertThat(failure)
                .hasToString("BACKEND: short write [backend ONE, peer me, descriptor 0, native -5 (EIO)]; try again");
        transfer.post();
        assertThat(transfer.failure().isFailure()).isFalse();
        backend.last().complete(Status.BACKEND);
        assertThat(transfer.failure().message()).isEqualTo("the backend gave no more than the status");
        assertThat(transfer.failure().descriptor()).isEqualTo(-1);
    }

    @Test
    void failureWithAnImpossibleColumnNamesNone() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        backend.last().fail(Status.BACKEND, 99, "?");
        assertThat(transfer.failure().descriptor()).isEqualTo(-1);
    }

    @Test
    void backendThatThrows() {
        start();
        backend.onPost = t -> {
            throw new IllegalStateException("oops");
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).contains("oops").contains("defect");
        assertThat(agent.statistics().inFlight()).isZero();
        assertThat(agent.statistics().posts()).isZero();
        assertThat(agent.statistics().failures()).isOne();
        backend.onPost = t -> Status.SUCCESS;
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void backendThatAnswersNonsense() {
        start();
        backend.onPost = t -> Status.NOT_POSTED;
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        backend.onPost = t -> null;
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        backend.onPost = t -> Status.IN_PROGRESS;
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        backend.last().complete(Status.IN_PROGRESS);
        assertThat(transfer.poll()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).contains("defect");
        transfer.post();
        backend.last().fail(Status.SUCCESS, -1, "failed with success");
        assertThat(transfer.poll()).isEqualTo(Status.BACKEND);
    }

    @Test
    void endReportedTwiceIsHarmless() {
        start();
        AtomicInteger calls = new AtomicInteger();
        Transfer transfer = write().statistics(true)
                .onComplete((t, s) -> calls.incrementAndGet())
                .prepare();
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        long took = transfer.statistics().transferNanos();
        backend.last().complete(Status.BACKEND);
        backend.last().fail(Status.BACKEND, 0, "late");
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.failure().isFailure()).isFalse();
        assertThat(transfer.failure()).hasToString("SUCCESS: nothing failed [backend ONE, peer me]");
        assertThat(transfer.statistics().transferNanos()).isEqualTo(took);
        assertThat(calls).hasValue(1);
        assertThat(agent.statistics().inFlight()).isZero();
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
    }

    // ---- waiting

    @Test
    void awaitReturnsWithTheEnd() throws Exception {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        CompletableFuture<Status> waited = CompletableFuture.supplyAsync(transfer::await);
        ScriptedTransfer scripted = backend.last();
        eventually(() -> scripted.polls.get() > 0);
        scripted.complete(Status.SUCCESS);
        assertThat(waited.get(10, TimeUnit.SECONDS)).isEqualTo(Status.SUCCESS);
    }

    @Test
    void awaitTimesOutWhileTheTransferGoesOn() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        assertThat(transfer.await(Duration.ofMillis(5))).isEqualTo(Status.IN_PROGRESS);
        assertThat(transfer.await(Duration.ofSeconds(-1))).isEqualTo(Status.IN_PROGRESS);
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.await(Duration.ofDays(1_000_000))).isEqualTo(Status.SUCCESS);
    }

    @Test
    void interruptEndsTheWaitAndStays() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        Thread.currentThread().interrupt();
        assertThat(transfer.await()).isEqualTo(Status.IN_PROGRESS);
        assertThat(Thread.interrupted()).isTrue();
        AtomicReference<Status> seen = new AtomicReference<>();
        Thread waiter = Thread.startVirtualThread(() -> {
            seen.set(transfer.await());
        });
        eventually(() -> waiter.getState() == Thread.State.WAITING || waiter.getState() == Thread.State.TIMED_WAITING);
        waiter.interrupt();
        join(waiter);
        assertThat(seen).hasValue(Status.IN_PROGRESS);
    }

    @Test
    void manyWaitersAllHear() {
        start("agent.progress", "park");
        Transfer transfer = write().prepare();
        transfer.post();
        List<Status> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Runnable wait = () -> seen.add(transfer.await());
            waiters.add(i % 2 == 0 ? thread(wait) : Thread.startVirtualThread(wait));
        }
        eventually(() -> waiters.stream()
                .allMatch(t -> t.getState() == Thread.State.WAITING || t.getState() == Thread.State.TIMED_WAITING));
        backend.last().complete(Status.SUCCESS);
        waiters.forEach(CoreFixture::join);
        assertThat(seen).hasSize(6).containsOnly(Status.SUCCESS);
    }

    @Test
    void awaitAny() {
        start();
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.awaitAny(List.of()));
        assertNixl(ErrorCode.NOT_POSTED, () -> agent.awaitAny(List.of(one)));
        one.post();
        two.post();
        assertThat(agent.awaitAny(List.of(one, two), Duration.ofMillis(2))).isEmpty();
        AtomicReference<Transfer> first = new AtomicReference<>();
        Thread waiter = thread(() -> first.set(agent.awaitAny(List.of(one, two, one))));
        ScriptedTransfer second = backend.last();
        eventually(() -> second.polls.get() > 2);
        second.complete(Status.SUCCESS);
        join(waiter);
        assertThat(first).hasValue(two);
        Thread.currentThread().interrupt();
        assertNixl(ErrorCode.CANCELED, () -> agent.awaitAny(List.of(one)));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(agent.awaitAny(List.of(one, two), SOON)).isEqualTo(Optional.of(two));
    }

    // ---- futures and callbacks

    @Test
    void oneFutureForEachPost() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        CompletableFuture<Status> first = transfer.completion();
        assertThat(transfer.completion()).isSameAs(first);
        assertThat(first).isNotDone();
        backend.last().complete(Status.SUCCESS);
        assertThat(first).isCompletedWithValue(Status.SUCCESS);
        assertThat(transfer.completion()).isSameAs(first);
        transfer.post();
        CompletableFuture<Status> second = transfer.completion();
        assertThat(second).isNotSameAs(first).isNotDone();
        backend.last().complete(Status.BACKEND);
        assertThat(second).isCompletedWithValue(Status.BACKEND);
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.completion()).isCompletedWithValue(Status.SUCCESS);
    }

    @Test
    void futureThatAUserSpoiledSpoilsNothingElse() {
        start("agent.close_timeout", "200ms");
        Transfer transfer = write().prepare();
        transfer.post();
        transfer.completion().completeExceptionally(new IllegalStateException("user"));
        transfer.cancel().complete(null);
        assertNixl(ErrorCode.TIMED_OUT, transfer::close);
        backend.last().complete(Status.CANCELED);
        transfer.close();
    }

    @Test
    void callbackOncePerPostOnTheThreadThatEndedIt() {
        start();
        List<String> calls = new ArrayList<>();
        Transfer transfer = write().onComplete(
                        (t, s) -> calls.add(s + " on " + Thread.currentThread().getName()))
                .prepare();
        transfer.post();
        Thread backendThread =
                Thread.ofPlatform().name("ender").start(() -> backend.last().complete(Status.SUCCESS));
        join(backendThread);
        backend.onPost = t -> Status.BACKEND;
        transfer.post();
        assertThat(calls)
                .containsExactly(
                        "SUCCESS on ender",
                        "BACKEND on " + Thread.currentThread().getName());
    }

    @Test
    void callbackThatThrowsIsLogged() {
        start();
        Transfer transfer = write().onComplete((t, s) -> {
                    throw new AssertionError("callback");
                })
                .prepare();
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.poll()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
    }

    @Test
    void repostingFromTheCallbackDoesNotGrowTheStack() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        int rounds = 100_000;
        AtomicInteger calls = new AtomicInteger();
        Transfer transfer = write().onComplete((t, s) -> {
                    if (calls.incrementAndGet() < rounds) {
                        t.post();
                    }
                })
                .prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(calls).hasValue(rounds);
        assertThat(backend.last().posts).hasValue(rounds);
    }

    @Test
    void callbackMayCloseTheTransfer() {
        start();
        Transfer transfer = write().onComplete((t, s) -> t.close()).prepare();
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        assertThat(backend.last().isClosed()).isTrue();
        assertNixl(ErrorCode.INVALID_PARAM, transfer::post);
    }

    // ---- statistics

    @Test
    void statisticsOfTheLastPost() {
        start();
        Transfer transfer = write().statistics(true).prepare();
        assertNixl(ErrorCode.NOT_POSTED, transfer::statistics);
        transfer.post();
        assertThat(transfer.statistics().transferNanos()).isEqualTo(-1);
        assertThat(transfer.statistics().bytes()).isEqualTo(4096);
        assertThat(transfer.statistics().descriptors()).isOne();
        backend.last().complete(Status.SUCCESS);
        assertThat(transfer.statistics().transferNanos()).isNotNegative();
        assertThat(transfer.statistics().postNanos()).isNotNegative();
        backend.onPost = t -> Status.SUCCESS;
        transfer.post();
        assertThat(transfer.statistics().transferNanos()).as("inline").isNotNegative();
    }

    @Test
    void aSettingTurnsStatisticsOnUnlessTheProgramSays() {
        start("agent.statistics", "true");
        Transfer transfer = write().prepare();
        transfer.post();
        assertThat(transfer.statistics().bytes()).isEqualTo(4096);
        Transfer without = write().statistics(false).prepare();
        without.post();
        assertNixl(ErrorCode.NO_TELEMETRY, without::statistics);
    }

    @Test
    void statisticsOffByDefault() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        assertNixl(ErrorCode.NO_TELEMETRY, transfer::statistics);
    }

    @Test
    void agentCountsWhatBackendsAccepted() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        assertThat(agent.statistics().inFlight()).isOne();
        backend.last().complete(Status.SUCCESS);
        backend.onPost = t -> Status.BACKEND;
        transfer.post();
        assertThat(agent.statistics().posts()).isOne();
        assertThat(agent.statistics().bytes()).isEqualTo(4096);
        assertThat(agent.statistics().failures()).isOne();
        transfer.close();
        assertThat(agent.statistics().posts()).as("after close").isOne();
        assertThat(agent.statistics().transfers()).isZero();
    }

    @Test
    void backendStatisticsAreThoseOfTheBackendThatDidIt() {
        ScriptedProvider other = new ScriptedProvider("TWO");
        agent = agent("me", List.of(provider, other));
        backend = provider.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        backend.details = new BackendDetails(
                Map.of("progress_calls_total", 7L), Map.of("engine", "script"), Map.of("b", List.of("by wire")));
        Transfer transfer = write().backends("ONE").prepare();
        transfer.post();
        BackendStatistics running = agent.backendStatistics().getFirst();
        assertThat(running.inFlight()).isOne();
        assertThat(running.bytesPosted()).isEqualTo(4096);
        assertThat(running.bytesDone()).isZero();
        backend.last().complete(Status.SUCCESS);
        transfer.post();
        backend.last().fail(Status.BACKEND, 0, "broken");
        transfer.close();

        List<BackendStatistics> all = agent.backendStatistics();
        assertThat(all)
                .containsExactly(
                        new BackendStatistics(
                                "ONE",
                                2,
                                8192,
                                4096,
                                1,
                                0,
                                0,
                                backend.details.counters(),
                                backend.details.traits(),
                                backend.details.lanes()),
                        new BackendStatistics("TWO", 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), Map.of()));
        assertThat(all.getFirst().toString().lines())
                .containsExactly(
                        "ONE engine=script: 2 posts, 1 failed, 0 in flight, 0 transfers; 8192 B posted, 4096 B done;"
                                + " progress_calls_total 7",
                        "  to b: by wire");
        assertThat(agent.statistics().bytes()).isEqualTo(8192);
        agent.close();
        assertNixl(ErrorCode.INVALID_PARAM, agent::backendStatistics);
    }

    @Test
    void aBackendsEstimateIsPassedOnOrRefused() {
        start();
        Transfer transfer = write().prepare();
        assertNixl(ErrorCode.NOT_SUPPORTED, transfer::estimateCost);
        CostEstimate cost =
                new CostEstimate(Duration.ofMillis(3), Duration.ZERO, CostEstimate.Method.ANALYTICAL_BACKEND);
        backend.onEstimate = _ -> cost;
        assertThat(transfer.estimateCost()).isEqualTo(cost);
        assertThat(transfer.poll()).as("nothing was posted").isEqualTo(Status.NOT_POSTED);

        transfer.post();
        assertNixl(ErrorCode.REPOST_ACTIVE, transfer::estimateCost);
        backend.last().complete(Status.SUCCESS);
        backend.onEstimate = _ -> {
            throw new NixlException(ErrorCode.BACKEND, "no time");
        };
        assertNixl(ErrorCode.BACKEND, transfer::estimateCost);
        assertThat(transfer.post()).as("after an estimate that failed").isEqualTo(Status.IN_PROGRESS);
        backend.last().complete(Status.SUCCESS);
        transfer.close();
        assertNixl(ErrorCode.INVALID_PARAM, transfer::estimateCost);
    }

    @Test
    void nothingSelectedHasNoEstimate() {
        start();
        try (Prepared from = agent.prepare(blocks(near, 4096));
                Prepared to = agent.prepare(agent.self(), blocks(far, 4096));
                Transfer transfer =
                        agent.transfer(Operation.WRITE, from, to).capacity(4).prepare()) {
            assertNixl(ErrorCode.INVALID_PARAM, transfer::estimateCost)
                    .withMessageContaining("no descriptors selected");
        }
    }

    // ---- messages

    @Test
    void messageOfThePostReplacesAndSticks() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = write().notifying("created").prepare();
        transfer.post();
        assertThat(backend.last().message()).isEqualTo("created");
        transfer.post("p\u00f6sted \ud83d\ude80");
        assertThat(backend.last().message()).isEqualTo("p\u00f6sted \ud83d\ude80");
        transfer.post();
        assertThat(backend.last().message()).isEqualTo("p\u00f6sted \ud83d\ude80");
        transfer.post(new byte[] {'a', 'b', 'c', 'd'}, 1, 2);
        assertThat(backend.last().message()).isEqualTo("bc");
        transfer.post("");
        assertThat(backend.last().message()).isEmpty();
        transfer.clearNotification();
        transfer.post();
        assertThat(backend.last().message()).isNull();
        transfer.post("x".repeat(5000));
        assertThat(backend.last().message()).hasSize(5000);
    }

    @Test
    void messageTooLong() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = write().notifying("kept").prepare();
        assertThat(transfer.post("x".repeat((1 << 16) + 1))).isEqualTo(Status.INVALID_PARAM);
        assertThat(transfer.failure().message()).contains("65537").contains("65536");
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(backend.last().message()).isEqualTo("kept");
    }

    @Test
    void messageForABackendWithoutThem() {
        provider.capabilities(io.jnixl.spi.Capabilities.localOnly());
        start();
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = write().prepare();
        assertThat(transfer.post("hello")).isEqualTo(Status.BACKEND);
        assertThat(transfer.post("")).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).contains("sends no notifications");
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void partOfAnArrayThatIsNotThere() {
        start();
        Transfer transfer = write().prepare();
        byte[] four = new byte[4];
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.post(four, 2, 3));
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.post(four, -1, 2));
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.post(four, Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertThat(transfer.poll()).isEqualTo(Status.NOT_POSTED);
    }

    @Test
    void textThatThrowsLeavesTheTransferFree() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = write().prepare();
        AtomicInteger reads = new AtomicInteger();
        CharSequence hostile = new CharSequence() {
            @Override
            public int length() {
                return 10;
            }

            @Override
            public char charAt(int index) {
                if (reads.incrementAndGet() > 15) {
                    throw new IndexOutOfBoundsException("changed while read");
                }
                return 'x';
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return this;
            }
        };
        assertThatThrownBy(() -> transfer.post(hostile)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(transfer.failure().message()).contains("changed while read");
        assertThatThrownBy(() -> transfer.post(hostile)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(backend.last().message()).isNull();
    }

    @Test
    void clearingTheMessageDuringAPostIsRefused() {
        start();
        Transfer transfer = write().prepare();
        transfer.post();
        assertThatThrownBy(transfer::clearNotification)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REPOST_ACTIVE));
    }
}
