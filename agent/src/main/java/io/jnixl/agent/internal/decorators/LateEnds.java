// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Tells the ends of posts later than they came, on a thread of its own that starts when it is needed. Thread-safe. */
final class LateEnds {
    /** Callbacks of the application run on the thread, and closing does not wait for them for ever. */
    private static final long JOIN_SECONDS = 10;

    private final ScheduledThreadPoolExecutor timer;
    private final long nanos;

    /** The thread that tells, once there is one. */
    private volatile @Nullable Thread own;

    private final Set<Late> pending = ConcurrentHashMap.newKeySet();

    /** One end, which is told once: in time, or when this closes. */
    private final class Late implements Runnable {
        private final Runnable end;
        private final AtomicBoolean told = new AtomicBoolean();

        Late(Runnable end) {
            this.end = end;
        }

        @Override
        public void run() {
            if (told.compareAndSet(false, true)) {
                pending.remove(this);
                end.run();
            }
        }
    }

    LateEnds(String agentName, long nanos) {
        this.nanos = nanos;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> own = thread(agentName, work));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread thread(String agentName, Runnable work) {
        return Thread.ofPlatform().daemon().name("jnixl-faults-" + agentName).unstarted(work);
    }

    /** Runs it later; now, when this is closed. */
    void later(Runnable end) {
        Late late = new Late(end);
        pending.add(late);
        try {
            var _ = timer.schedule(late, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            late.run();
        }
    }

    /** Runs what is left, and ends the thread; called on that by a callback, it does not wait for itself. */
    void close() {
        timer.shutdown();
        List.copyOf(pending).forEach(Late::run);
        if (Thread.currentThread().equals(own)) {
            return;
        }
        try {
            boolean _ = timer.awaitTermination(JOIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
