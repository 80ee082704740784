// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.TransferStatistics;

/**
 * The times of one post: taken for statistics, deadlines and measurement only, since a clock read costs as much as the rest of
 * a post.
 */
final class TransferClock {
    private final boolean statistics;

    /** Whether somebody asks how long the backend took. */
    private final boolean measured;

    /** Nanoseconds from the post; 0: none. */
    private final long deadline;

    private long start;
    private long bytes;
    private int descriptors;
    private volatile long postEnd;
    private volatile long end;

    /** The post that the start belongs to; written after it. Without it a post would be judged by the former one's start. */
    private volatile long generation;

    // What the watch saw last, its own thread's alone: how far the post of this generation had come, and since when.
    private final long stallTimeout; // nanoseconds; 0: none
    private long seenGeneration;
    private long seenMoved;
    private long seenSince;

    /** How far the post had come when it was found stalled; written before {@link #stalledGeneration}. */
    private long stalledAt;

    private volatile long stalledGeneration;

    TransferClock(TransferPlan plan) {
        this.statistics = plan.statistics();
        this.measured = plan.figure() != null;
        this.deadline = plan.deadline();
        this.stallTimeout = plan.stallTimeout();
    }

    /** By the poster, before anything that may take time. */
    void start(long post, long size, int count) {
        if (statistics || deadline != 0) {
            end = 0;
            postEnd = 0;
            bytes = size;
            descriptors = count;
            start = System.nanoTime();
            generation = post;
        }
    }

    void posted() {
        if (statistics) {
            postEnd = System.nanoTime();
        }
    }

    void finished() {
        if (statistics || measured) {
            end = System.nanoTime();
        }
    }

    /** When a post that is measured has finished, by {@link System#nanoTime()}. */
    long end() {
        return end;
    }

    /** Whether this post runs longer than it may. */
    boolean isOverdue(long post) {
        return deadline != 0 && generation == post && System.nanoTime() - start > deadline;
    }

    /**
     * For the watch alone: whether this post has not come further for too long. Who can tell at times only says nothing new
     * when it cannot.
     *
     * @param moved bytes, or -1 where nobody can tell
     */
    boolean isStalled(long post, long moved) {
        long now = System.nanoTime();
        if (seenGeneration != post || (moved >= 0 && seenMoved != moved)) {
            seenGeneration = post;
            seenMoved = moved;
            seenSince = now;
            return false;
        }
        if (now - seenSince <= stallTimeout) {
            return false;
        }
        stalledAt = seenMoved;
        stalledGeneration = post;
        return true;
    }

    /** Whether this post was found stalled. */
    boolean wasStalled(long post) {
        return stalledGeneration == post;
    }

    /** Of one that was: how many bytes had been moved, as far as anybody could tell, or -1. */
    long stalledAt() {
        return stalledAt;
    }

    TransferStatistics statistics() {
        long ended = end;
        long left = postEnd;
        boolean begun = generation != 0;
        long from = begun ? start : 0;
        long took = ended == 0 ? -1 : Math.max(0, ended - from);
        return new TransferStatistics(bytes, descriptors, from, left == 0 ? 0 : Math.max(0, left - from), took);
    }
}
