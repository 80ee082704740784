// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import org.jspecify.annotations.Nullable;

/**
 * The thread that does the transfers, in the order of their posts. Its queue is linked through the transfers themselves: one
 * is in it at most once, so posting needs no memory. Thread-safe.
 */
final class TapeRobot implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TapeRobot.class.getName());

    private final Thread thread;

    /** Guarded by this, as are {@link #last} and {@link #closed}. */
    private @Nullable TapeTransfer first;

    private @Nullable TapeTransfer last;
    private boolean closed;

    TapeRobot(String name) {
        thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    /** Puts a transfer behind the others; false when closed. */
    synchronized boolean add(TapeTransfer transfer) {
        if (closed) {
            return false;
        }
        if (last == null) {
            first = transfer;
            notifyAll();
        } else {
            last.next = transfer;
        }
        last = transfer;
        return true;
    }

    /** Waits for the next transfer; null when closed. */
    private synchronized @Nullable TapeTransfer take() {
        while (first == null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.DEBUG, "nobody has reason to interrupt the robot", e);
            }
        }
        return closed ? null : poll();
    }

    private synchronized @Nullable TapeTransfer poll() {
        TapeTransfer taken = first;
        if (taken != null) {
            first = taken.next;
            taken.next = null;
            last = first == null ? null : last;
        }
        return taken;
    }

    /** No lock is held while a transfer runs, since its report calls the application. */
    private void work() {
        for (TapeTransfer transfer = take(); transfer != null; transfer = take()) {
            try {
                transfer.run();
            } catch (RuntimeException | Error e) { // those behind it still want to be moved
                LOG.log(System.Logger.Level.ERROR, "reporting the end of a transfer failed", e);
            }
        }
    }

    /** Lets the robot finish the transfer at hand, and reports the others as cancelled. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        for (TapeTransfer transfer = poll(); transfer != null; transfer = poll()) {
            transfer.abandon();
        }
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
