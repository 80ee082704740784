// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * All figures of a case; times in microseconds.
 *
 * @param iterations measured posts of each thread
 * @param bandwidth GB/s, 10^9 bytes
 * @param averageLatency per block, as nixlbench has it
 * @param preparing making transfers
 * @param posting inside the post call
 * @param moving from the return of the post call to the end seen
 * @param latency from before the post call to the end seen
 * @param distribution of the latency
 * @param verdict {@link #RIGHT}, {@link #UNCHECKED}, or what is wrong
 */
record Figures(
        long block,
        int batch,
        int iterations,
        double seconds,
        double bandwidth,
        double averageLatency,
        Times preparing,
        Times posting,
        Times moving,
        Times latency,
        List<Point> distribution,
        String verdict) {
    static final String RIGHT = "OK";
    static final String UNCHECKED = "-";

    private static final int STEPS_PER_HALF = 4;

    Figures {
        distribution = List.copyOf(distribution);
    }

    /**
     * A point of a distribution.
     *
     * @param percent of all times
     * @param micros that do not exceed this
     */
    record Point(double percent, double micros) {}

    static Figures of(Measured measured, String verdict) {
        Recorder times = measured.times();
        return new Figures(
                measured.shape().block(),
                measured.shape().batch(),
                measured.iterations(),
                measured.nanos() / 1e9,
                measured.bandwidth(),
                measured.averageLatency(),
                Times.of(times.preparing()),
                Times.of(times.posting()),
                Times.of(times.moving()),
                Times.of(times.latency()),
                points(times.latency()),
                verdict);
    }

    private static List<Point> points(AbstractHistogram nanos) {
        List<Point> points = new ArrayList<>();
        for (HistogramIterationValue value : nanos.percentiles(STEPS_PER_HALF)) {
            points.add(new Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / 1e3));
        }
        return points;
    }

    boolean wrong() {
        return !verdict.equals(RIGHT) && !verdict.equals(UNCHECKED);
    }
}
