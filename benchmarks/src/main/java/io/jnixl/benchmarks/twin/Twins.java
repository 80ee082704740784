// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import io.jnixl.benchmarks.twin.Options.Mode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs jnixl beside a C program that does the same, and prints how they compare, as Markdown. {@link Options#USAGE} says
 * what can be chosen, docs/results/ucx-twin.md how to read it.
 */
public final class Twins {
    private final Options options;
    private final Sides sides;
    private final Report report;

    private Twins(Options options, Sides sides, Report report) {
        this.options = options;
        this.sides = sides;
        this.report = report;
    }

    /** Measures; nothing is left behind. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        run(Options.parse(args), System.out);
    }

    static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("jnixl-twin");
        try {
            Sides sides = new Sides(options, CTwin.build(folder), folder);
            Twins twins = new Twins(options, sides, new Report(out, options));
            for (Mode mode : options.modes()) {
                switch (mode) {
                    case PRIVATE, SHARED, TCP -> twins.besideC(mode);
                    case SETTINGS -> twins.settings();
                    case SCALING -> twins.scaling();
                }
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private void besideC(Mode mode) {
        try (Side c = sides.c("c", mode);
                Side ours = sides.ours("ours", mode)) {
            if (!options.control()) {
                besideC(mode, c, ours, null);
                return;
            }
            try (Side control = sides.c("control", mode)) {
                besideC(mode, c, ours, control);
            }
        }
    }

    private void besideC(Mode mode, Side c, Side ours, @Nullable Side control) {
        List<Side> all = control == null ? List.of(c, ours) : List.of(c, ours, control);
        Processors processors = new Processors(all);
        report.twinHead(mode);
        for (Case what : options.cases()) {
            Processors meanwhile = new Processors(all);
            all.forEach(side -> side.prepare(what));
            Comparison us = Comparison.of(c, ours, what, options);
            Comparison noise = control == null ? null : Comparison.of(c, control, what, options);
            report.twinLine(mode, what, us, noise, meanwhile.others());
        }
        report.end(processors.others());
    }

    private void settings() {
        try (Side ours = sides.ours("defaults", Mode.PRIVATE);
                Side without = sides.ours("without", Mode.PRIVATE, Map.of("UCX_MM_ERROR_HANDLING", "n"));
                Side allocated = sides.ours("allocated", Mode.SHARED)) {
            report.settingsHead();
            beside(Case.parse("P50:4096x1"), ours, "defaults", without, "`UCX_MM_ERROR_HANDLING=n`", 4);
            beside(Case.parse("WRITE:4096x1024"), allocated, "agent-allocated", ours, "private", 2);
            beside(Case.parse("WRITE:512x100000"), allocated, "agent-allocated", ours, "private", 5);
            report.print("%n");
        }
    }

    private void beside(Case what, Side with, String withName, Side without, String withoutName, double goal) {
        Processors processors = new Processors(List.of(with, without));
        with.prepare(what);
        without.prepare(what);
        Comparison found = Comparison.of(without, with, what, options);
        report.settingsLine(what, withName, withoutName, found, processors.others(), goal);
    }

    private void scaling() {
        try (Side ours = sides.ours("ours", Mode.SHARED)) {
            Processors processors = new Processors(List.of(ours));
            new Scaling(ours.initiator(), options, report).print();
            report.end(processors.others());
        }
    }
}
