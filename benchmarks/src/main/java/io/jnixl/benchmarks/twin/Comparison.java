// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

/**
 * Two sides, one case, in turns: reference and measured, then measured and reference, and so on, so that what drifts on the
 * machine touches both alike. Both do the same number of rounds each time.
 *
 * @param rounds of each time
 * @param reference nanoseconds a round, the median
 * @param measured nanoseconds a round, the median
 * @param ratio of the two, paired: above 1 the measured side is faster
 * @param difference nanoseconds a round that the measured side takes more, paired
 */
record Comparison(int rounds, double reference, double measured, Interval ratio, Interval difference) {
    private static final long MILLION = 1_000_000;

    /** Both sides are prepared for the case. */
    static Comparison of(Side reference, Side measured, Case what, Options options) {
        int rounds = warmUp(reference, what, options.millis());
        warmUp(measured, what, options.millis());
        int pairs = options.pairs();
        double[] a = new double[pairs];
        double[] b = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                a[i] = reference.run(what, rounds);
                b[i] = measured.run(what, rounds);
            } else {
                b[i] = measured.run(what, rounds);
                a[i] = reference.run(what, rounds);
            }
        }
        return of(rounds, a, b);
    }

    private static Comparison of(int rounds, double[] a, double[] b) {
        double[] ratios = new double[a.length];
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            ratios[i] = a[i] / b[i];
            differences[i] = (b[i] - a[i]) / rounds;
        }
        return new Comparison(
                rounds,
                Interval.of(a).median() / rounds,
                Interval.of(b).median() / rounds,
                Interval.of(ratios),
                Interval.of(differences));
    }

    /** Answers how many rounds take about as long as one measurement is to take. */
    private static int warmUp(Side side, Case what, long millis) {
        if (what.rounds() > 0) {
            warmUp(side, what.warm(), millis);
            return what.rounds();
        }
        int rounds = 1;
        long all = 0;
        long nanos = side.run(what, rounds);
        while (nanos < millis * MILLION || all < side.warmUpMillis() * MILLION) {
            if (nanos < millis * MILLION) {
                double wanted = rounds * (millis * MILLION / (double) Math.max(nanos, 1));
                rounds = (int) Math.clamp((long) Math.ceil(wanted), rounds + 1L, 8L * rounds);
            }
            nanos = side.run(what, rounds);
            all += nanos;
        }
        return (int) Math.max(1, rounds * millis * MILLION / nanos);
    }
}
