// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Futures that end in time, and in their turn. */
class TasksTest {
    private static final long LONG_SECONDS = 30;

    private static Void forEver() throws InterruptedException {
        new CountDownLatch(1).await();
        throw new AssertionError();
    }

    private static ErrorCode codeOf(CompletableFuture<?> future) throws Exception {
        try {
            throw new AssertionError("no failure but " + future.get(LONG_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return ((NixlException) e.getCause()).code();
        }
    }

    @Test
    void theTimeoutEndsTheFutureAndInterrupts() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Tasks tasks = new Tasks("a", Duration.ofMillis(20))) {
            CompletableFuture<Void> future = tasks.run("waiting", () -> {
                try {
                    return forEver();
                } finally {
                    interrupted.countDown();
                }
            });
            assertThat(codeOf(future)).isEqualTo(ErrorCode.TIMED_OUT);
            assertThat(interrupted.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Again and again, since who completes the future and who interrupts the task are two threads. */
    @RepeatedTest(50)
    void aDependentThatBlocksHoldsUpNobodyElsesTime() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread here = Thread.currentThread();
        try (Tasks tasks = new Tasks("a", Duration.ofMillis(10))) {
            CompletableFuture<Void> dependent = tasks.run("waiting", TasksTest::forEver)
                    .exceptionally(e -> {
                        blocked.countDown();
                        if (Thread.currentThread().equals(here)) {
                            return null; // the time was over before this line was
                        }
                        try {
                            release.await();
                        } catch (InterruptedException unexpected) {
                            throw new AssertionError(unexpected);
                        }
                        return null;
                    });
            assertThat(blocked.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(codeOf(tasks.run("another", TasksTest::forEver))).isEqualTo(ErrorCode.TIMED_OUT);
            assertThatThrownBy(() -> new CompletableFuture<Void>()
                            .orTimeout(20, TimeUnit.MILLISECONDS)
                            .get(LONG_SECONDS, TimeUnit.SECONDS))
                    .as("the JDK's own timers")
                    .isInstanceOf(ExecutionException.class);
            release.countDown();
            assertThat(dependent.get(LONG_SECONDS, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void turnsComeInTheOrderOfTheCalls() throws Exception {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        try (Tasks tasks = new Tasks("a", Duration.ofSeconds(LONG_SECONDS))) {
            Turns turns = new Turns(tasks);
            CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);
            for (int i = 0; i < 500; i++) {
                int number = i;
                last = turns.run("adding", () -> seen.add(number));
            }
            assertThat(last.get(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).hasSize(500).isSorted();
        }
    }

    @Test
    void aTurnThatIsGivenUpDoesNotLetTheNextOneOvertake() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Tasks tasks = new Tasks("a", Duration.ofSeconds(LONG_SECONDS))) {
            Turns turns = new Turns(tasks);
            CompletableFuture<Boolean> first = turns.run("first", () -> {
                release.await();
                return seen.add("first");
            });
            CompletableFuture<Boolean> second = turns.run("second", () -> seen.add("second"));
            CompletableFuture<Boolean> third = turns.run("third", () -> seen.add("third"));
            assertThat(second.cancel(true)).isTrue();
            release.countDown();
            assertThat(third.get(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(first).isCompletedWithValue(true);
            assertThat(seen).containsExactly("first", "third");
        }
    }

    @Test
    void closingEndsWhatRunsAndWhatComes() throws Exception {
        Tasks tasks = new Tasks("a", Duration.ofSeconds(LONG_SECONDS));
        CompletableFuture<Void> running = tasks.run("waiting", TasksTest::forEver);
        tasks.close();
        assertThat(codeOf(running)).isEqualTo(ErrorCode.CANCELED);
        assertThat(codeOf(tasks.run("late", () -> 1))).isEqualTo(ErrorCode.CANCELED);
    }
}
