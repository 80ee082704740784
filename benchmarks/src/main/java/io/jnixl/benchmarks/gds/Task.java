// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.benchmarks.twin.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs by itself, within a bounded time, and what it wrote. */
final class Task {
    private static final int LAST_LINES = 40;

    private final int status;
    private final List<String> lines;
    private final Duration limit;

    private Task(int status, List<String> lines, Duration limit) {
        this.status = status;
        this.lines = lines;
        this.limit = limit;
    }

    /** Runs it; {@code log} takes all that it writes. */
    static Task run(List<String> command, Path log, Duration limit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Child.endWithThis(process);
        process.getOutputStream().close();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        // What was ended within a character, or writes in another charset, is told all the same.
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        return new Task(ended ? process.exitValue() : -1, text.lines().toList(), limit);
    }

    /** Its exit status; -1 when it did not end in time. */
    int status() {
        return status;
    }

    List<String> lines() {
        return lines;
    }

    /** Reports how it ended, and its last lines. */
    void tell(Report report) {
        String end = status < 0 ? "did not end within " + limit.toSeconds() + " s" : "ended with " + status;
        report.line("\nThe process " + end + ". Its last lines:\n\n```");
        lines.stream().skip(Math.max(0, lines.size() - LAST_LINES)).forEach(report::line);
        report.line("```");
    }
}
