// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one transfer has moved so far, or all closed ones of a backend have. The counts of a post are written by whoever has
 * that post in hand, one thread at a time, so that they cost a store each; anybody reads them. Failures may be counted by
 * two at once: one gives up a post while the next one fails.
 */
final class TransferCounts {
    private static final VarHandle POSTS;
    private static final VarHandle POSTED;
    private static final VarHandle DONE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            POSTS = lookup.findVarHandle(TransferCounts.class, "posts", long.class);
            POSTED = lookup.findVarHandle(TransferCounts.class, "postedBytes", long.class);
            DONE = lookup.findVarHandle(TransferCounts.class, "doneBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long posts;
    private long postedBytes;
    private long doneBytes;
    private final AtomicLong failures = new AtomicLong();

    void posted(long bytes) {
        POSTS.setOpaque(this, posts + 1);
        POSTED.setOpaque(this, postedBytes + bytes);
    }

    void succeeded(long bytes) {
        DONE.setOpaque(this, doneBytes + bytes);
    }

    void failed() {
        failures.incrementAndGet();
    }

    /** For sums, which several threads may add to. */
    synchronized void add(TransferCounts other) {
        POSTS.setOpaque(this, posts + other.posts());
        POSTED.setOpaque(this, postedBytes + other.bytes());
        DONE.setOpaque(this, doneBytes + other.doneBytes());
        failures.addAndGet(other.failures());
    }

    long posts() {
        return (long) POSTS.getOpaque(this);
    }

    long bytes() {
        return (long) POSTED.getOpaque(this);
    }

    long doneBytes() {
        return (long) DONE.getOpaque(this);
    }

    long failures() {
        return failures.get();
    }
}
