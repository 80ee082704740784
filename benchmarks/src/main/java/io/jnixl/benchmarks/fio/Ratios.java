// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

import java.util.Arrays;
import java.util.Locale;

/** Ratios of pairs: their median, and the interval that holds the true median in 95 of 100 cases, whatever the distribution. */
record Ratios(double median, double low, double high) {

    static Ratios of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        int cut = cut(n);
        return new Ratios(median, sorted[cut], sorted[n - 1 - cut]);
    }

    /** How many values may be left out at each end: of n fair coins, at most that many show heads in 2.5 of 100 cases. */
    private static int cut(int n) {
        double weight = Math.pow(0.5, n);
        double sum = weight;
        int k = 0;
        while (sum <= 0.025) {
            weight = weight * (n - k) / (k + 1);
            k++;
            sum += weight;
        }
        return Math.max(0, k - 1);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median, low, high);
    }
}
