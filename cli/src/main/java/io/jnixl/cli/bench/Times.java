// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import org.HdrHistogram.AbstractHistogram;

/**
 * Times of one kind, in microseconds.
 *
 * @param count how many there are; all else is 0 without any
 */
record Times(long count, double mean, double min, double p50, double p90, double p99, double p999, double max) {
    private static final double NANOS = 1e3;

    static Times of(AbstractHistogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return new Times(0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new Times(
                nanos.getTotalCount(),
                nanos.getMean() / NANOS,
                nanos.getMinValue() / NANOS,
                at(nanos, 50),
                at(nanos, 90),
                at(nanos, 99),
                at(nanos, 99.9),
                nanos.getMaxValue() / NANOS);
    }

    private static double at(AbstractHistogram nanos, double percent) {
        return nanos.getValueAtPercentile(percent) / NANOS;
    }
}
