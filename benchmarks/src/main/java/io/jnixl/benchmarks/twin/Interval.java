// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.util.Arrays;

/**
 * A median, and between which two observations the true one lies with a confidence of at least 95 %, whatever the
 * distribution: each observation is above the true median with probability one half, so the number above is binomial.
 */
public record Interval(double low, double median, double high) {
    /** So many observations an interval takes. */
    public static final int FEWEST = 6;

    private static final double EACH_TAIL = 0.025;

    /**
     * Of independent observations; below {@value #FEWEST} there are too few to exclude anything, and the interval is all of them.
     */
    public static Interval of(double... observations) {
        double[] sorted = observations.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int cut = 0;
        double probability = Math.pow(0.5, n); // of exactly `cut` observations below the median
        double tail = probability;
        while (tail <= EACH_TAIL) {
            cut++;
            probability *= (n - cut + 1) / (double) cut;
            tail += probability;
        }
        int first = Math.max(0, cut - 1);
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Interval(sorted[first], median, sorted[n - 1 - first]);
    }
}
