// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * From values to a place between 0 and 1, with the values that get a line.
 *
 * @param low value at 0
 * @param high value at 1
 * @param logarithmic whether equal ratios are equally far apart
 * @param ticks values with a line and a label
 * @param text a tick's label
 */
record Axis(double low, double high, boolean logarithmic, List<Double> ticks, DoubleFunction<String> text) {
    private static final int MOST_BLOCK_TICKS = 9;
    private static final int WANTED_TICKS = 5;

    /** Below it there is nothing to draw, and in the end no step that a double can tell from zero. */
    private static final double LEAST = 1e-9;

    private static final double FEW_DECADES = 2;

    Axis {
        ticks = List.copyOf(ticks);
    }

    double place(double value) {
        double span = logarithmic ? Math.log(high / low) : high - low;
        double from = logarithmic ? Math.log(value / low) : value - low;
        return span == 0 ? 0.5 : Math.clamp(from / span, 0, 1);
    }

    /** Block lengths: powers of two. */
    static Axis blocks(double low, double high) {
        int first = (int) Math.floor(Math.log(low) / Math.log(2) + 1e-9);
        int last = (int) Math.ceil(Math.log(high) / Math.log(2) - 1e-9);
        int step = Math.max(1, Math.ceilDiv(last - first + 1, MOST_BLOCK_TICKS));
        List<Double> ticks = new ArrayList<>();
        for (int power = first; power <= last; power += step) {
            ticks.add(Math.scalb(1.0, power));
        }
        double from = Math.scalb(1.0, first);
        double to = Math.scalb(1.0, last);
        return first == last
                ? new Axis(from / 2, to * 2, true, ticks, bytes -> Size.text((long) bytes))
                : new Axis(from, to, true, ticks, bytes -> Size.text((long) bytes));
    }

    /** From 0 to a round number. */
    static Axis linear(double high) {
        double top = high > LEAST ? high : 1;
        double rough = top / WANTED_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
        List<Double> ticks = new ArrayList<>();
        int count = (int) Math.ceil(top / step - 1e-9);
        for (int i = 0; i <= count; i++) {
            ticks.add(i * step);
        }
        return new Axis(0, count * step, false, ticks, Axis::number);
    }

    /** Decades; where there are few, what lies between as well. */
    static Axis decades(double low, double high) {
        double least = low > 0 ? low : 0.001;
        double most = Math.max(high, least);
        boolean few = Math.log10(most / least) < FEW_DECADES;
        int first = (int) Math.floor(Math.log10(least) + 1e-9);
        int last = (int) Math.ceil(Math.log10(most) - 1e-9);
        List<Double> all = new ArrayList<>();
        for (int decade = first; decade <= Math.max(last, first + 1); decade++) {
            for (int digit : few ? new int[] {1, 2, 5} : new int[] {1}) {
                all.add(digit * Math.pow(10, decade));
            }
        }
        double from = all.stream()
                .filter(tick -> tick <= least * (1 + 1e-9))
                .reduce((a, b) -> b)
                .orElse(all.getFirst());
        double to = all.stream()
                .filter(tick -> tick >= most * (1 - 1e-9) && tick > from)
                .findFirst()
                .orElse(all.getLast());
        return new Axis(
                from,
                to,
                true,
                all.stream().filter(tick -> tick >= from && tick <= to).toList(),
                Axis::number);
    }

    /** As short as it is exact enough. */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        if (value >= 1e6) {
            return strip(String.format(Locale.ROOT, "%.2f", value / 1e6)) + "M";
        }
        if (value >= 1e4) {
            return strip(String.format(Locale.ROOT, "%.1f", value / 1e3)) + "k";
        }
        int digits = Math.clamp(2 - (long) Math.floor(Math.log10(value)), 0, 6);
        return strip(String.format(Locale.ROOT, "%." + digits + "f", value));
    }

    private static String strip(String decimal) {
        return decimal.contains(".") ? decimal.replaceFirst("\\.?0+$", "") : decimal;
    }
}
