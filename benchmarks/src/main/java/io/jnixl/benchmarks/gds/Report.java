// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.benchmarks.twin.Interval;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what was found as Markdown, to a file and to standard output, as it comes: whatever happens next, it is there. */
final class Report implements AutoCloseable {
    private static final double GOAL = 0.97;
    private static final double GIBI = 1 << 30;
    private static final double NANOS = 1e9;

    private final Path path;
    private final PrintStream file;
    private final boolean standIn;
    private final boolean tooFewPairs;
    private boolean ended;

    private Report(Path path, PrintStream file, Options options) {
        this.path = path;
        this.file = file;
        this.standIn = options.standIn();
        this.tooFewPairs = options.tooFewPairs();
    }

    /** Of the stand-in it has another name, so that nobody takes it for a GPU's. */
    static Report open(Options options) throws IOException {
        Path folder = Files.createDirectories(options.out().toAbsolutePath());
        Path path = folder.resolve(options.standIn() ? "gds-stand-in.md" : "gds-gpu.md");
        return new Report(path, new PrintStream(Files.newOutputStream(path), true, StandardCharsets.UTF_8), options);
    }

    Path path() {
        return path;
    }

    synchronized void line(String text) {
        if (!ended) {
            file.println(text);
            System.out.println(text);
        }
    }

    /** The last line, before all has run: what follows is a consequence of the end, and is not written. */
    synchronized void end(String text) {
        line("\n" + text);
        ended = true;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    void tableHead() {
        String interval = tooFewPairs ? "[least, most]" : "[95 %]";
        line("| case | C, GiB/s | jnixl, GiB/s | C / jnixl time " + interval + " | C / C " + interval
                + " | goal | met |");
        line("|---|--:|--:|--:|--:|--:|---|");
    }

    void tableLine(Case what, Pairs us, Pairs control) {
        line(String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %s | %s | ≥ %.2f | %s |",
                what,
                rate(what, us.reference()),
                rate(what, us.measured()),
                text(us.ratio()),
                text(control.ratio()),
                GOAL,
                standIn ? "not a GPU" : verdict(us.ratio(), tooFewPairs)));
    }

    private static double rate(Case what, double nanos) {
        return what.bytes() / GIBI / (nanos / NANOS);
    }

    private static String text(Interval i) {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", i.median(), i.low(), i.high());
    }

    /** Sure where the whole interval is on one side, if it is one. */
    static String verdict(Interval i, boolean tooFewPairs) {
        if (tooFewPairs) {
            return "too few pairs";
        }
        if (i.low() >= GOAL || i.high() < GOAL) {
            return i.low() >= GOAL ? "yes" : "**no**";
        }
        return i.median() >= GOAL ? "yes?" : "no?";
    }

    @Override
    public void close() {
        file.close();
    }
}
