// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.time.Duration;
import java.util.List;

/** Waiting for the end of threads, also through an interrupt. */
final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());

    /** A storage device that hangs must not hang the application's shutdown too. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Threads() {}

    /** Waits for all but the calling thread; false when one does not end. */
    static boolean join(List<Thread> threads) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        boolean all = true;
        for (Thread thread : threads) {
            all &= join(thread, deadline);
        }
        return all;
    }

    private static boolean join(Thread thread, long deadline) {
        if (thread == Thread.currentThread()) {
            return true; // it cannot wait for itself
        }
        boolean interrupted = false;
        boolean ended = !thread.isAlive();
        while (!ended && deadline - System.nanoTime() > 0) {
            try {
                ended = thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (!ended) {
            LOG.log(System.Logger.Level.WARNING, "thread {0} does not end; left behind", thread.getName());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }
}
