// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.ProgressPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A bounded set of daemon platform threads that run the transfers of one {@link WorkQueue}; started one by one when there
 * is more work than idle threads. Thread-safe.
 */
final class Workers {
    private static final System.Logger LOG = System.getLogger(Workers.class.getName());

    /** A chunk takes milliseconds; a storage device that hangs must not hang the application's shutdown too. */
    private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String namePrefix;
    private final int maxThreads;
    private final WorkQueue queue;
    private final Outbox outbox;
    private final WorkerDeath death;
    private final List<Thread> threads = new ArrayList<>();
    private volatile int started;

    Workers(String namePrefix, int maxThreads, ProgressPolicy policy, Outbox outbox, WorkerDeath death) {
        this.namePrefix = namePrefix;
        this.maxThreads = maxThreads;
        this.queue = new WorkQueue(policy);
        this.outbox = outbox;
        this.death = death;
    }

    /** Queues a transfer; false when this is closed or has no thread and gets none. */
    boolean submit(MemoryTransfer transfer) {
        return hasThread() && queue.add(transfer);
    }

    /** Makes a worker look around. */
    void nudge() {
        if (hasThread()) {
            queue.nudge();
        }
    }

    /** How many threads there are. */
    int started() {
        return started;
    }

    private boolean hasThread() {
        return started == maxThreads || queue.idle() > queue.size() || startOne();
    }

    private synchronized boolean startOne() {
        if (started < maxThreads && !queue.isClosed()) {
            try {
                threads.add(Thread.ofPlatform()
                        .daemon()
                        .name(namePrefix + started)
                        .inheritInheritableThreadLocals(false)
                        .start(this::run));
                started++;
            } catch (OutOfMemoryError e) {
                LOG.log(System.Logger.Level.ERROR, "cannot start thread " + namePrefix + started, e);
            }
        }
        return started > 0;
    }

    private void run() {
        try {
            while (!queue.isClosed()) {
                MemoryTransfer transfer = queue.take(outbox.hasWaiting() ? Outbox.RETRY_MILLIS : 0);
                if (transfer != null) {
                    transfer.run();
                }
                outbox.sweep();
            }
        } catch (Throwable e) {
            death.died(Thread.currentThread().getName(), e);
        }
    }

    /** Takes no more transfers, and abandons those that no worker has begun; idempotent. Runs callbacks. */
    void close() {
        queue.close();
        for (MemoryTransfer t = queue.poll(); t != null; t = queue.poll()) {
            t.abandon();
        }
    }

    /** Waits for the threads to end, except for the caller's own. */
    void join() {
        long deadline = System.nanoTime() + JOIN_NANOS;
        boolean interrupted = false;
        for (Thread thread : snapshot()) {
            while (thread != Thread.currentThread() && thread.isAlive()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    LOG.log(System.Logger.Level.WARNING, "thread {0} does not end; left behind", thread.getName());
                    break;
                }
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Thread> snapshot() {
        return List.copyOf(threads);
    }

    /** Hears of a worker's end by anything thrown. */
    interface WorkerDeath {
        void died(String thread, Throwable cause);
    }
}
