// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import io.jnixl.benchmarks.twin.Options.Mode;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints what was found, as Markdown.
 *
 * @param out where to
 */
@SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
record Report(PrintStream out, Options options) {
    private static final double RATIO = 0.97;
    private static final double STORE_PER_POST = 200;
    private static final double STORE_PER_DESCRIPTOR = 15;
    private static final double ROUND_TRIP = 300;
    private static final long LARGEST_STORE = 4096;

    // ---- beside C

    void twinHead(Mode mode) {
        print(
                "### %s%n%n%d pairs of %d ms; flags of C's puts and gets: %s%n%n",
                title(mode),
                options.pairs(),
                options.millis(),
                options.cFlags().isEmpty() ? "none" : String.join(", ", options.cFlags()));
        print("| case | C, ns/post | ours, ns/post | C, ns/desc. | ours, ns/desc. | ours - C, ns/post [95 %%]"
                + " | C / ours [95 %%] | C / C [95 %%] | others | goal | met |%n");
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|%n");
    }

    private static String title(Mode mode) {
        return switch (mode) {
            case PRIVATE -> "Private memory, default transports";
            case SHARED -> "Memory allocated by the agent, default transports";
            case TCP -> "Private memory, TCP alone";
            case SETTINGS -> "jnixl against itself with other settings";
            case SCALING -> "By the number of descriptors";
        };
    }

    /**
     * One case.
     *
     * @param others processors that other programs kept busy meanwhile
     */
    void twinLine(Mode mode, Case what, Comparison us, @Nullable Comparison control, double others) {
        print(
                "| %s | %.0f | %.0f | %.1f | %.1f | %s | %s | %s | %.0f %% | %s |%n",
                what,
                us.reference(),
                us.measured(),
                us.reference() / what.count(),
                us.measured() / what.count(),
                interval("%+.0f", us.difference()),
                interval("%.3f", us.ratio()),
                control == null ? "" : interval("%.3f", control.ratio()),
                100 * others,
                goal(mode, what, us));
    }

    private static String goal(Mode mode, Case what, Comparison us) {
        if (what.kind() == Case.Kind.PING) {
            return atMost(ROUND_TRIP, us.difference());
        }
        if (what.isRoundTrip() || what.isAfterIdleness() || (mode != Mode.SHARED && what.block() < LARGEST_STORE)) {
            return "| ";
        }
        if (mode == Mode.SHARED && what.block() <= LARGEST_STORE) {
            return atMost(STORE_PER_POST + STORE_PER_DESCRIPTOR * what.count(), us.difference());
        }
        return text("≥ %.2f | %s", RATIO, isAtLeast(RATIO, us.ratio()));
    }

    private static String atMost(double nanos, Interval found) {
        return text("≤ +%.0f ns | %s", nanos, isAtMost(nanos, found));
    }

    // ---- beside ourselves

    void settingsHead() {
        print("### %s%n%n%d pairs of %d ms%n%n", title(Mode.SETTINGS), options.pairs(), options.millis());
        print(
                "| case | with | without | with, ns/post | without, ns/post | without / with [95 %%] | others | goal | met |%n");
        print("|---|---|---|--:|--:|--:|--:|--:|---|%n");
    }

    void settingsLine(Case what, String with, String without, Comparison found, double others, double goal) {
        print(
                "| %s | %s | %s | %.0f | %.0f | %s | %.0f %% | ≥ %.0f | %s |%n",
                what,
                with,
                without,
                found.measured(),
                found.reference(),
                interval("%.2f", found.ratio()),
                100 * others,
                goal,
                isAtLeast(goal, found.ratio()));
    }

    // ---- by the number of descriptors

    void scalingHead() {
        print(
                "### %s%n%nOver UCX to another process, memory allocated by the agent, blocks of 8 B with gaps between them;"
                        + " medians of %d times, ns a descriptor%n%n",
                title(Mode.SCALING), options.pairs());
    }

    // ---- all

    /** What others took meanwhile: above a few per cent, nothing else here means much. */
    void end(double others) {
        print("%nOther programs kept %.0f %% of one processor busy meanwhile.%n%n", 100 * others);
    }

    void print(String format, Object... arguments) {
        out.print(text(format, arguments));
        out.flush();
    }

    static String interval(String format, Interval i) {
        return text(format + " [" + format + ", " + format + "]", i.median(), i.low(), i.high());
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** Sure where the whole interval is on one side. */
    private static String isAtMost(double goal, Interval i) {
        return i.high() <= goal ? "yes" : i.low() > goal ? "**no**" : i.median() <= goal ? "yes?" : "no?";
    }

    private static String isAtLeast(double goal, Interval i) {
        return isAtMost(-goal, new Interval(-i.high(), -i.median(), -i.low()));
    }
}
