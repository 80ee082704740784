// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what is in flight at once: posts and bytes. Entering is one atomic step, or a short lock where bytes are bounded too;
 * only when a bound is reached may a poster wait.
 */
final class AdmissionGate {
    private final int maxPosts;
    private final long maxBytes;
    private final boolean mayWait;
    private final AtomicInteger posts = new AtomicInteger();
    private long bytes;
    private volatile int waiters;
    private volatile boolean closed;

    /**
     * @param maxBytes 0: no bound
     * @param mayWait whether a poster waits for room
     */
    AdmissionGate(int maxPosts, long maxBytes, boolean mayWait) {
        this.maxPosts = maxPosts;
        this.maxBytes = maxBytes;
        this.mayWait = mayWait;
    }

    int inFlight() {
        return posts.get();
    }

    /** Enters if there is room. One post larger than the bound on bytes may be in flight alone. */
    boolean tryEnter(long size) {
        if (maxBytes != 0) {
            return tryEnterCountingBytes(size);
        }
        int before = posts.get();
        while (before < maxPosts) {
            int witness = posts.compareAndExchange(before, before + 1);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    /** Two bounds at once need a lock, or a poster's half entry could turn another away. */
    private synchronized boolean tryEnterCountingBytes(long size) {
        boolean full = posts.get() >= maxPosts || (bytes != 0 && size > maxBytes - bytes);
        if (!full) {
            posts.getAndIncrement();
            bytes += size;
        }
        return !full;
    }

    /**
     * Enters, waiting for room if that is allowed; false when the time is over, the thread was interrupted, the post was given
     * up or the gate closed.
     */
    boolean enter(long size, boolean mayWaitHere, long nanos, TransferState poster) {
        return tryEnter(size) || (mayWait && mayWaitHere && enterWaiting(size, nanos, poster));
    }

    private synchronized boolean enterWaiting(long size, long nanos, TransferState poster) {
        long deadline = System.nanoTime() + nanos;
        waiters++;
        try {
            while (closed || !tryEnter(size)) {
                long left = deadline - System.nanoTime();
                if (closed || left <= 0 || TransferState.has(poster.word(), TransferState.ABANDONED)) {
                    return false;
                }
                wait(left / 1_000_000 + 1);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiters--;
        }
    }

    void leave(long size) {
        if (maxBytes != 0) {
            leaveCountingBytes(size);
        } else {
            posts.getAndDecrement();
        }
        wakeWaiters();
    }

    /** Nobody waits from now on: room that the end of others makes must start no post that waited. */
    void close() {
        closed = true;
        wake();
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets those who wait look again: there is room, or a post of theirs was given up. */
    void wakeWaiters() {
        if (waiters > 0) {
            wake();
        }
    }

    private synchronized void leaveCountingBytes(long size) {
        posts.getAndDecrement();
        bytes -= size;
    }

    private synchronized void wake() {
        notifyAll();
    }
}
