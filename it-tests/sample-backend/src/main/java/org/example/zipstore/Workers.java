// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The threads that do the work, and the queue before them. It is linked through the transfers, each of which is in it once at
 * most, and guarded by a monitor, so that posting allocates nothing. Thread-safe.
 */
final class Workers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Workers.class.getName());

    private final List<Thread> threads = new ArrayList<>();

    // Guarded by this.
    private ZipStoreTransfer first;
    private ZipStoreTransfer last;

    private volatile boolean closed;

    /**
     * Starts them.
     *
     * @param chunks makes each its own; called by the thread itself
     */
    Workers(String name, int count, Supplier<Chunk> chunks) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(() -> work(chunks)));
        }
    }

    int count() {
        return threads.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Puts a transfer behind the others; false when closed. */
    synchronized boolean add(ZipStoreTransfer transfer) {
        if (closed) {
            return false;
        }
        if (first == null) {
            first = transfer;
        } else {
            last.next = transfer;
        }
        last = transfer;
        notify();
        return true;
    }

    /** Waits for a transfer; null when closed. */
    private synchronized ZipStoreTransfer take() {
        while (first == null && !closed) {
            try {
                wait();
            } catch (InterruptedException _) {
                // by a callback of the application's, which has no say here
            }
        }
        return closed ? null : poll();
    }

    private synchronized ZipStoreTransfer poll() {
        ZipStoreTransfer taken = first;
        if (taken != null) {
            first = taken.next;
            taken.next = null;
            if (first == null) {
                last = null; // who is closed and let go must not be held here
            }
        }
        return taken;
    }

    private void work(Supplier<Chunk> chunks) {
        try (Chunk chunk = chunks.get()) {
            while (runNext(chunk)) {
                boolean _ = Thread.interrupted(); // left by a callback, it would close the next file under our hands
            }
        }
    }

    /**
     * Waits for a transfer and runs it, with no lock held: its report calls the application, which may post again. A method of its
     * own, so that no variable holds the transfer while the thread waits for the next one.
     */
    private boolean runNext(Chunk chunk) {
        ZipStoreTransfer transfer = take();
        if (transfer == null) {
            return false;
        }
        try {
            transfer.run(chunk);
        } catch (RuntimeException | Error e) { // those behind it still want to be moved
            LOG.log(System.Logger.Level.ERROR, "reporting the end of a transfer failed", e);
        }
        return true;
    }

    /** Ends the transfers at hand after their present chunk, and reports those that wait as cancelled. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        for (ZipStoreTransfer transfer = poll(); transfer != null; transfer = poll()) {
            transfer.abandon();
        }
        threads.forEach(Workers::join);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
