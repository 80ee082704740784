// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for other threads, also through an interrupt. */
final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());

    /** A storage device that hangs must not hang the application's shutdown too. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Threads() {}

    /** How long to wait, from now, for all the threads of an engine together. */
    static long deadline() {
        return System.nanoTime() + LIMIT.toNanos();
    }

    /** Waits for a thread's end; false when it is the caller, or does not end. Not interruptible. */
    static boolean join(Thread thread, long deadline) {
        if (thread == Thread.currentThread()) {
            return false;
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

    /** Waits for a task that another thread does at once. Not interruptible. */
    static void get(Future<?> task) {
        try {
            await(task);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** As {@link #get}, for a task that may fail. */
    static void await(Future<?> task) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    var _ = task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
