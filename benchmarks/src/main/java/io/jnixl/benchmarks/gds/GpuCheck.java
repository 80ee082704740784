// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Runs the tests of backend-gds on the system's cuFile, holds jnixl against a C program that does the same, and writes a page about it.
 * {@link Options#USAGE} says what can be chosen, docs/gds.md how to pack what it needs. The first argument is the kit's folder.
 */
public final class GpuCheck {
    private static final Duration SHORT = Duration.ofSeconds(60);
    private static final int OUT_OF_TIME = 2;

    /** How the program in C says that the file system has none. */
    private static final int NO_DIRECT = 3;

    private final Kit kit;
    private final Options options;
    private final Report report;
    private final Path scratch;

    private GpuCheck(Kit kit, Options options, Report report, Path scratch) {
        this.kit = kit;
        this.options = options;
        this.report = report;
        this.scratch = scratch;
    }

    /** Exit status as {@link Options#USAGE} says. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> rest = List.of(args).subList(1, args.length);
        if (rest.contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        System.exit(run(Path.of(args[0]).toAbsolutePath(), rest.toArray(String[]::new)));
    }

    private static int run(Path home, String... args) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return OUT_OF_TIME;
        }
        try (Scratch scratch = Scratch.in(options.folder().toAbsolutePath());
                Report report = Report.open(options)) {
            scratch.tells(report);
            limit(options, report);
            boolean whole = new GpuCheck(Kit.of(home, options.standIn()), options, report, scratch.path()).run();
            System.err.println("written: " + report.path());
            return whole ? 0 : 1;
        }
    }

    /** What has been found is in the report when the time is over; the processes end with this one. */
    private static void limit(Options options, Report report) {
        Thread.ofPlatform().daemon().name("limit").start(() -> {
            try {
                Thread.sleep(Duration.ofMinutes(options.minutes()));
            } catch (InterruptedException e) {
                return;
            }
            report.end("**Out of time: ended after " + options.minutes() + " minutes.**");
            System.exit(OUT_OF_TIME);
        });
    }

    private boolean run() throws IOException, InterruptedException {
        report.line("# GDS on " + (options.standIn() ? "a stand-in" : "a GPU") + "\n");
        if (options.standIn()) {
            report.line(
                    "**Stand-in: no GPU and none of NVIDIA's libraries took part. This shows that the command works, and says"
                            + " nothing of speed.**\n");
        }
        String way = facts();
        boolean whole = isThere() && testAndCompare(way);
        report.line("\n" + (whole ? "All ran." : "**Not all ran.**"));
        return whole;
    }

    private boolean testAndCompare(String way) throws IOException, InterruptedException {
        boolean whole = !options.suite() || new Suite(kit, options, report, scratch).run();
        if (options.compare()) {
            report.line("\n## Beside a C program that does the same\n");
            report.line(options.pairs() + " pairs of " + options.millis() + " ms, " + options.threads()
                    + " threads, batches of " + options.limit() + "; files and memories of " + options.bytes()
                    + " bytes; median and "
                    + (options.tooFewPairs() ? "all there is around it" : "95 % interval") + ".");
            whole &= new Beside(kit, options, report, way, scratch).run();
            report.line("\nLoad of the machine at the end: " + line(Path.of("/proc/loadavg")) + ".");
        }
        return whole;
    }

    /** Says what machine this is, and answers how files can be opened. */
    private String facts() throws IOException, InterruptedException {
        Task direct = tryDirect();
        report.line("Run on " + LocalDate.now(ZoneOffset.UTC) + " with jnixl " + kit.revision() + ".\n");
        report.line("- " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version());
        report.line("- files in " + scratch.getParent() + ", "
                + Files.getFileStore(scratch).type() + ", "
                + switch (direct.status()) {
                    case 0 -> "opened with O_DIRECT";
                    case NO_DIRECT -> "which knows no O_DIRECT";
                    default -> "opened without O_DIRECT, since the attempt with it failed";
                });
        if (direct.status() != 0 && direct.status() != NO_DIRECT) {
            direct.tell(report);
        }
        if (!options.standIn()) {
            report.line("- " + line(Path.of("/proc/driver/nvidia/version")));
            report.line("- nvidia-fs: " + line(Path.of("/proc/driver/nvidia-fs/version")));
        }
        return direct.status() == 0 ? "direct" : "cached";
    }

    /** Says what GDS finds, and answers whether it runs. */
    private boolean isThere() throws IOException, InterruptedException {
        Task facts =
                Task.run(kit.java(Facts.class.getName(), List.of(), List.of()), scratch.resolve("facts.log"), SHORT);
        facts.lines().stream().filter(line -> line.startsWith("- ")).forEach(report::line);
        if (facts.status() != 0 && facts.status() != Facts.NOT_HERE) {
            facts.tell(report);
        }
        return facts.status() == 0;
    }

    private Task tryDirect() throws IOException, InterruptedException {
        List<String> command = List.of(
                kit.home().resolve("gdstwin").toString(),
                "direct",
                scratch.resolve("direct").toString());
        return Task.run(command, scratch.resolve("direct.log"), SHORT);
    }

    private static String line(Path path) {
        try {
            return Files.readAllLines(path).getFirst().strip();
        } catch (IOException e) {
            return path + " is not there";
        }
    }
}
