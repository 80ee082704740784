// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The tests of backend-gds, the contract of all backends among them, in a process of its own on the kit's libraries. */
record Suite(Kit kit, Options options, Report report, Path scratch) {
    private static final String MAIN = "io.jnixl.backend.gds.SuiteMain";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** Answers whether all passed. */
    boolean run() throws IOException, InterruptedException {
        report.line("\n## Tests\n");
        String left = excluded();
        Task task = Task.run(
                kit.java(
                        MAIN,
                        List.of(
                                "-ea",
                                "-Xmx1g",
                                "-XX:-DoEscapeAnalysis",
                                "-Djnixl.stand-in.made=true",
                                "-Djava.io.tmpdir=" + scratch.toAbsolutePath()),
                        List.of(kit.home().resolve("tests").toString(), left)),
                scratch.resolve("suite.log"),
                LIMIT);
        List<String> passed = marked(task, "passed");
        List<String> failed = marked(task, "failed");
        List<String> skipped = marked(task, "skipped");
        List<String> leftOut = marked(task, "left out");
        report.line(passed.size() + " passed, " + failed.size() + " failed, " + skipped.size() + " skipped. Left out: "
                + leftOut.size() + " methods with one of the tags " + left + ".");
        list("Failed", failed);
        list("Skipped", skipped);
        if (!options.standIn()) {
            list("Left out", leftOut);
        }
        if (task.status() != 0 && failed.isEmpty()) {
            task.tell(report); // it has not come to its end
        }
        return task.status() == 0 && !passed.isEmpty();
    }

    /** Faults can be injected into the stand-in alone; C is compiled by the build. */
    private String excluded() {
        return options.standIn() ? "soak,compiler" : "soak,compiler,stand-in";
    }

    private static List<String> marked(Task task, String word) {
        String mark = "@@ " + word + " ";
        List<String> found = new ArrayList<>();
        for (String line : task.lines()) {
            if (line.startsWith(mark)) {
                found.add(line.substring(mark.length()));
            }
        }
        return found;
    }

    private void list(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            report.line("\n" + title + ":\n");
            lines.forEach(line -> report.line("- " + line));
        }
    }
}
