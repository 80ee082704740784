// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what may take its time, each on a virtual thread of its own, and sees that every future ends: with the answer, at the
 * deadline, or when the agent closes. Whatever ends a future early interrupts its thread. Thread-safe.
 */
public final class Tasks implements AutoCloseable {
    private final String agentName;
    private final Duration timeout;
    private final Set<Task<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * None yet.
     *
     * @param timeout of each
     */
    public Tasks(String agentName, Duration timeout) {
        this.agentName = agentName;
        this.timeout = timeout;
    }

    /** How long each may take. */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Starts one.
     *
     * @param what in a message: "fetching the metadata of agent x"
     */
    public <T> CompletableFuture<T> run(String what, Callable<T> body) {
        Task<T> task = new Task<>(what, body);
        task.begin();
        return task.future;
    }

    /** One that failed before it began. */
    public static <T> CompletableFuture<T> failed(NixlException why) {
        return CompletableFuture.failedFuture(why);
    }

    /** Ends all of them; later ones end at once. */
    @Override
    public void close() {
        closed = true;
        open.forEach(task -> task.giveUp(task.canceled()));
    }

    /** One of them. The future's dependents are the application's and may do anything, and no interrupt must reach them. */
    private final class Task<T> {
        private final String what;
        private final Callable<T> body;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final Thread thread;

        /** Why it was given up; guarded by this. */
        private @Nullable NixlException verdict;

        /** Whether the body has ended, so that nothing of it can be interrupted; guarded by this. */
        private boolean over;

        Task(String what, Callable<T> body) {
            this.what = what;
            this.body = body;
            this.thread = Thread.ofVirtual().name("jnixl-task-" + agentName).unstarted(this::run);
        }

        void begin() {
            open.add(this);
            var _ = future.whenComplete((_, _) -> {
                open.remove(this);
                interrupt(null); // somebody may have cancelled it
            });
            endInTime();
            if (closed) {
                giveUp(canceled());
            } else {
                thread.start();
            }
        }

        private void run() {
            T answer;
            try {
                answer = body.call();
            } catch (Throwable e) {
                NixlException why = finish();
                future.completeExceptionally(why != null ? why : e instanceof InterruptedException ? canceled() : e);
                return;
            }
            finish();
            future.complete(answer);
        }

        /** Answers why it was given up, if it was; from now on the thread is not interrupted any more. */
        private synchronized @Nullable NixlException finish() {
            over = true;
            Thread.interrupted();
            return verdict;
        }

        private synchronized void interrupt(@Nullable NixlException why) {
            if (!over) {
                verdict = why != null ? why : verdict;
                thread.interrupt();
            }
        }

        /** Interrupts first: what the body holds may be what the dependents want. */
        void giveUp(NixlException why) {
            interrupt(why);
            future.completeExceptionally(why);
        }

        /** On a thread of its own, and not on the one that keeps time for the whole process. The timer goes with the future. */
        private void endInTime() {
            CompletableFuture<Boolean> timer = new CompletableFuture<Boolean>()
                    .completeOnTimeout(true, Durations.nanos(timeout), TimeUnit.NANOSECONDS);
            var _ = timer.thenAccept(late -> {
                if (late) {
                    Thread.ofVirtual().name("jnixl-late-" + agentName).start(() -> giveUp(late()));
                }
            });
            var _ = future.whenComplete((_, _) -> timer.complete(false));
        }

        private NixlException late() {
            return NixlException.of(ErrorCode.TIMED_OUT, what + " took longer than " + timeout.toMillis() + " ms")
                    .remedy("see that the other side runs, or raise agent.metadata_timeout")
                    .build();
        }

        NixlException canceled() {
            return new NixlException(
                    ErrorCode.CANCELED, what + " was given up" + (closed ? ": agent " + agentName + " is closed" : ""));
        }
    }
}
