// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.time.Duration;

/** Time spans in nanoseconds; what does not fit is for ever. */
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : duration.isNegative() ? 0 : duration.toNanos();
    }

    /** Now, by {@link System#nanoTime()}; without a look at the clock when the time that begins never ends. */
    static long begin(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : System.nanoTime();
    }

    /** What is left of a time that began at {@code start}, by {@link System#nanoTime()}; negative when it is over. */
    static long left(long start, long nanos) {
        return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
    }
}
