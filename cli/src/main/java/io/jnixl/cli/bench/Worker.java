// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One thread of a case: keeps its slots full. The loop allocates nothing. */
final class Worker implements Runnable {
    private final Supplier<List<Slot>> making;
    private final Recorder recorder;
    private final int warmup;
    private final int iterations;
    private final CyclicBarrier start;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private long startNanos;
    private long endNanos;

    /**
     * A thread's work.
     *
     * @param making makes the slots, on the thread that uses them
     * @param start where the threads wait for each other before what is measured
     */
    Worker(Supplier<List<Slot>> making, Recorder recorder, int warmup, int iterations, CyclicBarrier start) {
        this.making = making;
        this.recorder = recorder;
        this.warmup = warmup;
        this.iterations = iterations;
        this.start = start;
    }

    @Override
    public void run() {
        List<Slot> made = List.of();
        try {
            made = making.get();
            Slot[] slots = made.toArray(Slot[]::new);
            for (Slot slot : slots) {
                slot.prepare();
            }
            keepFull(slots, warmup, false);
            start.await();
            startNanos = System.nanoTime();
            keepFull(slots, iterations, true);
            endNanos = System.nanoTime();
        } catch (BrokenBarrierException e) {
            stopped = true; // another thread has failed, and says why
        } catch (Throwable t) {
            failure = t;
            start.reset();
        } finally {
            close(made);
        }
    }

    private void close(List<Slot> slots) {
        for (Slot slot : slots) {
            try {
                slot.close();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
    }

    private void keepFull(Slot[] slots, int posts, boolean counts) {
        int posted = 0;
        int done = 0;
        while (done < posts && !stopped) {
            for (Slot slot : slots) {
                if (slot.busy()) {
                    done += slot.poll() ? 1 : 0;
                }
                if (!slot.busy() && posted < posts) {
                    posted++;
                    done += slot.post(counts) ? 1 : 0;
                }
            }
            if (counts) {
                ended.lazySet(done);
            }
            Thread.onSpinWait();
        }
    }

    /** From any thread: no more posts. */
    void stop() {
        stopped = true;
    }

    /** Measured posts that have ended; from any thread. */
    int ended() {
        return ended.get();
    }

    /** What ended this thread early; from any thread. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** The rest is for after the thread's end. */
    Recorder recorder() {
        return recorder;
    }

    long startNanos() {
        return startNanos;
    }

    long endNanos() {
        return endNanos;
    }
}
