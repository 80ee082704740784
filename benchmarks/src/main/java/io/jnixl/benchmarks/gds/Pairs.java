// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.benchmarks.twin.Child;
import io.jnixl.benchmarks.twin.Interval;

/**
 * Two sides in turns: reference and measured, then measured and reference, and so on, so that what drifts on the machine touches both
 * alike. Both do the same number of rounds each time.
 *
 * @param reference nanoseconds a round, the median
 * @param measured nanoseconds a round, the median
 * @param ratio of the two, paired: above 1 the measured side is faster
 */
record Pairs(double reference, double measured, Interval ratio) {
    private static final long MILLION = 1_000_000;

    /** Both sides are prepared for the case. */
    static Pairs of(Child reference, Child measured, Options options) {
        int rounds = warmUp(reference, options.millis());
        warmUp(measured, options.millis());
        int pairs = options.pairs();
        double[] a = new double[pairs];
        double[] b = new double[pairs];
        double[] ratios = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                a[i] = run(reference, rounds);
                b[i] = run(measured, rounds);
            } else {
                b[i] = run(measured, rounds);
                a[i] = run(reference, rounds);
            }
            ratios[i] = a[i] / b[i];
        }
        return new Pairs(Interval.of(a).median() / rounds, Interval.of(b).median() / rounds, Interval.of(ratios));
    }

    /** Answers how many rounds take about as long as one measurement is to take; runs for three times as long. */
    private static int warmUp(Child side, long millis) {
        int rounds = 1;
        long all = 0;
        long nanos = run(side, rounds);
        while (nanos < millis * MILLION || all < 3 * millis * MILLION) {
            rounds = nanos < millis * MILLION ? Math.max(rounds + 1, rounds * 2) : rounds;
            nanos = run(side, rounds);
            all += nanos;
        }
        return (int) Math.max(1, rounds * millis * MILLION / nanos);
    }

    private static long run(Child side, int rounds) {
        return Long.parseLong(side.ask("run " + rounds));
    }
}
