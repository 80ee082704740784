// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast one backend was at one kind of transfer. Posts of several transfers add to it at once, without a lock; a reader may
 * miss a post that is being added.
 */
final class Figure {
    /** Posts after which it is believed. */
    static final int ENOUGH = 16;

    /** Failures, before it is believed, after which nobody tries any more. */
    static final int MOST_FAILURES = 3;

    /** Transfers, before it is believed, after which others are tried. */
    static final int MOST_TRANSFERS = 64;

    private final Contest contest;
    private final AtomicInteger transfers = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    /** Whether the first post is over, which may have made a connection and does not count. */
    private volatile boolean warm;

    Figure(Contest contest) {
        this.contest = contest;
    }

    /** A transfer is about to be made with this backend. */
    void tried() {
        transfers.incrementAndGet();
        contest.tried(this);
    }

    /** It did not prepare a transfer, or failed a post. */
    void failed() {
        failures.incrementAndGet();
    }

    /** A post has succeeded. */
    void add(long moved, long took) {
        if (!warm) {
            warm = true;
            return;
        }
        bytes.addAndGet(moved);
        nanos.addAndGet(took);
        posts.incrementAndGet(); // last: who sees enough posts sees what they moved
    }

    boolean isMeasured() {
        return posts.get() >= ENOUGH;
    }

    /** Of one that is not measured: whether it had its chance. */
    boolean isGivenUp() {
        return failures.get() >= MOST_FAILURES || transfers.get() >= MOST_TRANSFERS;
    }

    /** Bytes per nanosecond, which is GB/s. */
    double rate() {
        return (double) bytes.get() / Math.max(1, nanos.get());
    }

    String describe() {
        long counted = posts.get();
        if (counted >= ENOUGH) {
            return "measured " + words(rate()) + " over " + counted + " posts";
        }
        String soFar = "not yet measured: " + counted + " of " + ENOUGH + " posts";
        return isGivenUp()
                ? soFar + ", given up after " + transfers + " transfers and " + failures + " failures"
                : soFar;
    }

    private static String words(double rate) {
        if (rate >= 1) {
            return String.format(Locale.ROOT, "%.1f GB/s", rate);
        }
        return rate >= 1e-3
                ? String.format(Locale.ROOT, "%.1f MB/s", rate * 1e3)
                : String.format(Locale.ROOT, "%.1f kB/s", rate * 1e6);
    }
}
