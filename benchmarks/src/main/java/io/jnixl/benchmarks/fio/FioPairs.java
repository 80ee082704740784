// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Random reads or writes against fio with io_uring, on the same file and at the same depth: groups of fio, jnixl, jnixl, fio, so
 * that a drift of the disk falls on both sides; the ratio of each group's means, and fio against itself as control.
 *
 * <p>Arguments, each {@code name=value}: {@code file}, an existing file; {@code rw}, randread or randwrite; {@code direct}, 1
 * or 0; {@code bs} in bytes; {@code depth}; {@code pairs}, rounded up to an even number, two in each group; {@code seconds} of
 * an interval; {@code engine}; and any option of the POSIX backend or, with its full name, of the agent.
 */
public final class FioPairs {
    private static final long NANOS = 1_000_000_000L;
    private static final long WARM_UP = 4 * NANOS;
    private static final int SMALL = 4096;

    private final int groups;
    private final Sample[][] fio;
    private final Sample[][] jnixl;

    private FioPairs(int groups) {
        this.groups = groups;
        fio = new Sample[groups][2];
        jnixl = new Sample[groups][2];
    }

    /** Runs one case and prints it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Case what = Case.of(args);
        FioPairs pairs = new FioPairs((what.pairs() + 1) / 2);
        pairs.measure(what);
        pairs.print(what);
    }

    private void measure(Case what) throws IOException, InterruptedException {
        FioSide other = new FioSide(what);
        long nanos = what.seconds() * NANOS;
        try (JnixlSide small = new JnixlSide(what.withBlock(Math.min(what.block(), SMALL)))) {
            small.run(WARM_UP); // large blocks are too few in this time for the compilers to be done
        }
        try (JnixlSide own = new JnixlSide(what)) {
            own.run(WARM_UP);
            for (int i = 0; i < groups; i++) {
                fio[i][0] = other.run();
                jnixl[i][0] = own.run(nanos);
                jnixl[i][1] = own.run(nanos);
                fio[i][1] = other.run();
            }
        }
    }

    private void print(Case what) {
        System.out.printf("%s%n", what);
        System.out.printf("against: %s%n", String.join(" ", new FioSide(what).command()));
        line("fio", fio);
        line("jnixl", jnixl);
        System.out.printf("throughput, jnixl / fio   %s%n", ratio(Sample::perSecond));
        System.out.printf("CPU per I/O, jnixl / fio  %s%n", ratio(Sample::cpuMicrosEach));
        System.out.printf("control, fio / fio        %s%n", control(Sample::perSecond));
        System.out.printf("control, CPU per I/O      %s%n", control(Sample::cpuMicrosEach));
    }

    private static void line(String name, Sample[][] samples) {
        double[] rates = Arrays.stream(samples)
                .flatMap(Arrays::stream)
                .mapToDouble(Sample::perSecond)
                .sorted()
                .toArray();
        double[] cpu = Arrays.stream(samples)
                .flatMap(Arrays::stream)
                .mapToDouble(Sample::cpuMicrosEach)
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "%-6s median %.0f I/O per second, %.2f us of CPU each; from %.0f to %.0f%n",
                name,
                rates[rates.length / 2],
                cpu[cpu.length / 2],
                rates[0],
                rates[rates.length - 1]);
    }

    /** One ratio for each neighbouring pair: the first halves of the groups and the second ones. */
    private Ratios ratio(ToDoubleFunction<Sample> figure) {
        double[] ratios = new double[2 * groups];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(jnixl[i / 2][i % 2]) / figure.applyAsDouble(fio[i / 2][i % 2]);
        }
        return Ratios.of(ratios);
    }

    /** fio against fio: each run and the next one, in the order and the reverse order by turns. */
    private Ratios control(ToDoubleFunction<Sample> figure) {
        double[] ratios = new double[2 * groups - 1];
        for (int i = 0; i < ratios.length; i++) {
            double first = figure.applyAsDouble(fio[i / 2][i % 2]);
            double second = figure.applyAsDouble(fio[(i + 1) / 2][(i + 1) % 2]);
            ratios[i] = i % 2 == 0 ? first / second : second / first;
        }
        return Ratios.of(ratios);
    }
}
