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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs what may take its time, each on a virtual thread of its own, and sees that every future ends: with the answer, at the
 * deadline, or when the agent closes. Whatever ends a future early interrupts its thread. Thread-safe.
 */
public final class Tasks implements AutoCloseable {
    private final String agentName;
    private final Duration timeout;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A future that has not ended, told apart from others by identity. */
    private static final class Open {
        final CompletableFuture<?> future;

        Open(CompletableFuture<?> future) {
            this.future = future;
        }
    }

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
        CompletableFuture<T> future = new CompletableFuture<>();
        AtomicReference<@Nullable NixlException> verdict = new AtomicReference<>();
        Thread thread = Thread.ofVirtual().name("jnixl-task-" + agentName).unstarted(() -> {
            try {
                future.complete(body.call());
            } catch (Throwable e) {
                Thread.interrupted(); // what depends on the future may run here, and has not been interrupted
                NixlException late = verdict.get();
                future.completeExceptionally(
                        late != null ? late : e instanceof InterruptedException ? canceled(what) : e);
            }
        });
        Open entry = new Open(future);
        open.add(entry);
        var _ = future.whenComplete((_, _) -> {
            open.remove(entry);
            if (!Thread.currentThread().equals(thread)) {
                thread.interrupt();
            }
        });
        endInTime(future, thread, verdict, what);
        if (closed) {
            future.completeExceptionally(canceled(what));
        } else {
            thread.start();
        }
        return future;
    }

    /** One that failed before it began. */
    public static <T> CompletableFuture<T> failed(NixlException why) {
        return CompletableFuture.failedFuture(why);
    }

    /**
     * The future's dependents are the application's and may do anything: they run on a thread of their own, and not on the
     * one that keeps time for the whole process. The timer goes with the future.
     */
    private void endInTime(
            CompletableFuture<?> future, Thread thread, AtomicReference<@Nullable NixlException> verdict, String what) {
        CompletableFuture<Boolean> timer = new CompletableFuture<Boolean>()
                .completeOnTimeout(true, Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        var _ = timer.thenAccept(late -> {
            if (late) {
                Thread.ofVirtual().name("jnixl-late-" + agentName).start(() -> {
                    NixlException why = late(what);
                    verdict.set(why);
                    thread.interrupt(); // first: what it holds may be what the dependents want
                    future.completeExceptionally(why);
                });
            }
        });
        var _ = future.whenComplete((_, _) -> timer.complete(false));
    }

    private NixlException late(String what) {
        return NixlException.of(ErrorCode.TIMED_OUT, what + " took longer than " + timeout.toMillis() + " ms")
                .remedy("see that the other side runs, or raise agent.metadata_timeout")
                .build();
    }

    private NixlException canceled(String what) {
        return new NixlException(
                ErrorCode.CANCELED, what + " was given up" + (closed ? ": agent " + agentName + " is closed" : ""));
    }

    /** Ends all of them; later ones end at once. */
    @Override
    public void close() {
        closed = true;
        open.forEach(entry -> entry.future.completeExceptionally(canceled("this")));
    }
}
