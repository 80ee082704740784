// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.ProgressPolicy;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands transfers from posting threads to workers, first come first served. Allocates nothing, also under contention,
 * which is why it is a monitor and not a {@code java.util.concurrent} lock. Thread-safe.
 */
final class WorkQueue {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ProgressPolicy policy;
    private final Fifo fifo = new Fifo();
    private final AtomicInteger idle = new AtomicInteger();
    private int sleeping;
    private volatile int size;
    private volatile boolean nudged;
    private volatile boolean closed;

    WorkQueue(ProgressPolicy policy) {
        this.policy = policy;
    }

    /** Adds a transfer; false when closed. */
    synchronized boolean add(MemoryTransfer transfer) {
        if (closed) {
            return false;
        }
        fifo.add(transfer);
        size++;
        wakeOne();
        return true;
    }

    /** Makes one worker's {@link #take} return, with nothing if need be. */
    synchronized void nudge() {
        nudged = true;
        wakeOne();
    }

    private void wakeOne() {
        if (sleeping > 0) {
            notify();
        }
    }

    /** Lets workers take what is there and nothing more; they do not sleep any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    boolean isClosed() {
        return closed;
    }

    /** Transfers that nobody has taken. */
    int size() {
        return size;
    }

    /** Workers with nothing to do. */
    int idle() {
        return idle.get();
    }

    /** The next transfer if there is one; never waits. */
    synchronized @Nullable MemoryTransfer poll() {
        MemoryTransfer first = fifo.poll();
        if (first != null) {
            size--;
        }
        return first;
    }

    /**
     * Waits, as the policy says, for a transfer.
     *
     * @param maxMillis the longest to wait; 0: for ever
     * @return null when closed, nudged or too late
     */
    @Nullable
    MemoryTransfer take(long maxMillis) {
        if (size == 0) {
            idle.incrementAndGet();
            spin(maxMillis);
            sleep(maxMillis);
            idle.decrementAndGet();
        }
        return poll();
    }

    private boolean isQuiet() {
        return size == 0 && !nudged && !closed;
    }

    private void spin(long maxMillis) {
        long limit = policy.spinNanos();
        if (limit > 0 && maxMillis > 0) {
            limit = Math.min(limit, maxMillis * NANOS_PER_MILLI);
        }
        if (limit == 0) {
            return;
        }
        long start = System.nanoTime();
        while (isQuiet() && System.nanoTime() - start < limit) {
            Thread.onSpinWait();
        }
    }

    private synchronized void sleep(long maxMillis) {
        boolean late = policy == ProgressPolicy.SPIN;
        sleeping++;
        while (isQuiet() && !late) {
            try {
                wait(maxMillis);
            } catch (InterruptedException e) {
                // Workers are nobody's to interrupt: carry on. The flag is gone, so that no file channel closes over
                // it.
                nudged = true;
            }
            late = maxMillis > 0;
        }
        sleeping--;
        nudged = false;
    }
}
