// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import io.jnixl.benchmarks.twin.Options.Mode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints the comparison as a Markdown table. */
final class Report {
    private static final double RATIO = 0.97;
    private static final double STORE_PER_POST = 200;
    private static final double STORE_PER_DESCRIPTOR = 15;
    private static final double ROUND_TRIP = 300;
    private static final long LARGEST_STORE = 4096;

    private Report() {}

    static void head(Mode mode, Options options) {
        System.out.printf(
                Locale.ROOT,
                "### %s%n%n%d pairs of %d ms; C's flags: %s%n%n",
                title(mode),
                options.pairs(),
                options.millis(),
                options.cFlags().isEmpty() ? "none" : String.join(", ", options.cFlags()));
        System.out.println("| case | C ns/post | ours ns/post | C ns/desc. | ours ns/desc. | ours - C, ns/post [95 %]"
                + " | C / ours [95 %] | C / C [95 %] | goal | met |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|---|---|");
    }

    private static String title(Mode mode) {
        return switch (mode) {
            case PRIVATE -> "Private memory, default transports";
            case SHARED -> "Memory allocated by UCX, default transports";
            case TCP -> "Private memory, TCP alone";
            case SETTINGS -> "jnixl against itself with other settings";
            case SCALING -> "By the number of descriptors";
        };
    }

    static void line(Mode mode, Case what, Comparison us, @Nullable Comparison control) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.1f | %.1f | %s | %s | %s | %s |%n",
                what,
                us.reference(),
                us.measured(),
                us.reference() / what.count(),
                us.measured() / what.count(),
                interval("%+.0f", us.difference()),
                interval("%.3f", us.ratio()),
                control == null ? "" : interval("%.3f", control.ratio()),
                goal(mode, what, us));
    }

    /** What others took meanwhile: above a few per cent, nothing else here means much. */
    static void others(double share) {
        System.out.printf(Locale.ROOT, "%nOther programs used %.0f %% of one processor meanwhile.%n%n", 100 * share);
    }

    static void settingsHead(Options options) {
        System.out.printf(
                Locale.ROOT,
                "### %s%n%n%d pairs of %d ms%n%n",
                title(Mode.SETTINGS),
                options.pairs(),
                options.millis());
        System.out.println(
                "| case | with | without | ns/post with | ns/post without | without / with [95 %] | goal | met |");
        System.out.println("|---|---|---|--:|--:|--:|--:|---|");
    }

    static void settingsLine(Case what, String with, String without, Comparison found, double goal) {
        Interval r = found.ratio();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.0f | %.0f | %s | %.0f | %s |%n",
                what,
                with,
                without,
                found.measured(),
                found.reference(),
                interval("%.2f", r),
                goal,
                verdict(-goal, new Interval(-r.high(), -r.median(), -r.low())));
    }

    static String interval(String format, Interval i) {
        return String.format(Locale.ROOT, format + " [" + format + ", " + format + "]", i.median(), i.low(), i.high());
    }

    private static String goal(Mode mode, Case what, Comparison us) {
        if (what.kind() == Case.Kind.PING) {
            return "+" + (int) ROUND_TRIP + " ns | " + verdict(ROUND_TRIP, us.difference());
        }
        if (what.isRoundTrip()) {
            return "| ";
        }
        if (mode == Mode.SHARED && what.block() <= LARGEST_STORE) {
            double allowed = STORE_PER_POST + STORE_PER_DESCRIPTOR * what.count();
            return String.format(Locale.ROOT, "+%.0f ns | %s", allowed, verdict(allowed, us.difference()));
        }
        if (what.block() >= LARGEST_STORE) {
            Interval slowness = new Interval(
                    -us.ratio().high(), -us.ratio().median(), -us.ratio().low());
            return RATIO + " | " + verdict(-RATIO, slowness);
        }
        return "| ";
    }

    /** Of something that is to be at most so large. */
    private static String verdict(double most, Interval i) {
        return i.high() <= most ? "yes" : i.low() > most ? "**no**" : i.median() <= most ? "yes?" : "no?";
    }
}
