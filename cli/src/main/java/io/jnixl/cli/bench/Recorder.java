// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

/** Times of one thread, in nanoseconds, kept without allocating: to three digits, up to an hour. */
final class Recorder {
    private static final long LONGEST = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final IntCountsHistogram preparing = new IntCountsHistogram(LONGEST, DIGITS);
    private final IntCountsHistogram posting = new IntCountsHistogram(LONGEST, DIGITS);
    private final IntCountsHistogram moving = new IntCountsHistogram(LONGEST, DIGITS);
    private final IntCountsHistogram latency = new IntCountsHistogram(LONGEST, DIGITS);

    void prepared(long nanos) {
        add(preparing, nanos);
    }

    /** A post that has ended. */
    void posted(long start, long returned, long end) {
        add(posting, returned - start);
        add(moving, end - returned);
        add(latency, end - start);
    }

    private static void add(AbstractHistogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, LONGEST));
    }

    void add(Recorder other) {
        preparing.add(other.preparing);
        posting.add(other.posting);
        moving.add(other.moving);
        latency.add(other.latency);
    }

    /** Making transfers. */
    AbstractHistogram preparing() {
        return preparing;
    }

    /** Inside the post call. */
    AbstractHistogram posting() {
        return posting;
    }

    /** From the return of the post call to the end seen. */
    AbstractHistogram moving() {
        return moving;
    }

    /** From before the post call to the end seen. */
    AbstractHistogram latency() {
        return latency;
    }
}
