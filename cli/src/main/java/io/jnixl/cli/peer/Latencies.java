// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import java.util.Arrays;

/** Times in nanoseconds, recorded without allocating and then sorted once; percentiles are exact. */
final class Latencies {
    private final long[] nanos;
    private int count;
    private boolean sorted;

    Latencies(int capacity) {
        nanos = new long[capacity];
    }

    void add(long time) {
        nanos[count++] = time;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** The smallest time that this share of all does not exceed; 0 is the least of all. */
    long percentile(double percent) {
        if (count == 0) {
            throw new IllegalStateException("nothing was recorded");
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        return nanos[Math.max(0, (int) Math.ceil(percent / 100 * count) - 1)];
    }

    double mean() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += nanos[i];
        }
        return sum / count;
    }
}
