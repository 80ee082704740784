// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the figures, besides the table. */
final class OutputOptions {
    private static final int LONGEST_LABEL = 200;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the figures as CSV.")
    @Nullable
    Path csv;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write everything as JSON: machine, versions, options, figures, distributions of latencies.")
    @Nullable
    Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a report with plots: one file, no other needed.")
    @Nullable
    Path html;

    @Option(names = "--label", paramLabel = "TEXT", description = "What reports call this run; \"run\" unless given.")
    String label = "run";

    @Nullable
    String wrong() {
        if (label.isBlank() || label.length() > LONGEST_LABEL) {
            return "--label is empty or longer than " + LONGEST_LABEL + " characters";
        }
        String wrong = wrong("--csv", csv);
        wrong = wrong == null ? wrong("--json", json) : wrong;
        return wrong == null ? wrong("--html", html) : wrong;
    }

    /** Better now than after a run of an hour. */
    static @Nullable String wrong(String option, @Nullable Path file) {
        if (file == null) {
            return null;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            return option + " " + file + " is a directory";
        }
        return folder == null || !Files.isDirectory(folder) ? option + " " + file + ": there is no such folder" : null;
    }

    void write(RunReport report) {
        if (csv != null) {
            write(csv, CsvFile.render(report));
        }
        if (json != null) {
            write(json, JsonFile.render(report));
        }
        if (html != null) {
            write(html, HtmlReport.render(List.of(report)));
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }
}
