// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.benchmarks.twin.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * The command line.
 *
 * @param standIn whether the library of the tests takes the place of NVIDIA's
 * @param folder where the files lie that are read and written
 * @param out the folder that the result goes to
 * @param gpu its ordinal
 * @param bytes of each file, and of each memory
 * @param pairs turns of each case
 * @param millis of each measurement, about
 * @param minutes that all may take
 * @param threads of each side
 * @param limit reads and writes of a batch
 * @param suite whether to run the tests
 * @param compare whether to measure
 */
record Options(
        boolean standIn,
        Path folder,
        Path out,
        int gpu,
        long bytes,
        int pairs,
        long millis,
        int minutes,
        int threads,
        int limit,
        boolean suite,
        boolean compare) {

    static final String USAGE = """
            Usage: run [OPTIONS]

              --folder PATH      where the files lie that are read and written (default: this folder); GDS needs a file system
                                 that takes part, such as ext4 or XFS on NVMe
              --out PATH         where the result goes (default: $OUT, docs/results if it is there, or this folder)
              --gpu N            which (default 0)
              --bytes N          of each file and memory (default 268435456)
              --pairs N          turns of each case (default 15); below 6 no goal is called met or missed
              --millis N         length of one measurement (default 100)
              --minutes N        end after so many (default 8)
              --threads N        of each side (default: half the processors, 8 at most; 64 at most)
              --limit N          reads and writes of a batch (default 128, 65536 at most)
              --no-suite         without the tests
              --no-compare       without the comparison
              --quick            small files, 3 pairs of 5 ms: whether it runs
              --stand-in         without a GPU: on the stand-in of the tests, to try this command

            Exit status: 0 all passed, whatever the speed; 1 something failed, the result says what; 2 wrong options, or out of time.
            """;

    private static final int DEFAULT_THREADS = 8;

    /** The program in C has no room for more. */
    private static final int MOST_THREADS = 64;

    /** As the option batch_limit of GDS. */
    private static final int MOST_IN_A_BATCH = 65_536;

    Options {
        requireWithin("--bytes", bytes, 4096, Long.MAX_VALUE);
        requireWithin("--gpu", gpu, 0, Integer.MAX_VALUE);
        requireWithin("--pairs", pairs, 1, Integer.MAX_VALUE);
        requireWithin("--millis", millis, 1, Integer.MAX_VALUE);
        requireWithin("--minutes", minutes, 1, Integer.MAX_VALUE);
        requireWithin("--threads", threads, 1, MOST_THREADS);
        requireWithin("--limit", limit, 1, MOST_IN_A_BATCH);
    }

    private static void requireWithin(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    option + " " + value + " is not from " + least + " to " + most + "\n" + USAGE);
        }
    }

    /** Whether a sure answer cannot be had. */
    boolean tooFewPairs() {
        return pairs < Interval.FEWEST;
    }

    static Options parse(String... args) {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, DEFAULT_THREADS);
        Options o = new Options(false, Path.of(""), whereTo(), 0, 256L << 20, 15, 100, 8, threads, 128, true, true);
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            o = switch (option) {
                case "--stand-in" -> o.with(true, o.folder, o.out, o.suite, o.compare);
                case "--no-suite" -> o.with(o.standIn, o.folder, o.out, false, o.compare);
                case "--no-compare" -> o.with(o.standIn, o.folder, o.out, o.suite, false);
                case "--quick" -> o.with(o.gpu, 2L << 20, 3, 5, o.minutes, o.threads, o.limit);
                default -> o.with(option, value(option, rest));
            };
        }
        return o;
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw unknown(option);
        }
        return rest.next();
    }

    private static IllegalArgumentException unknown(String option) {
        return new IllegalArgumentException(option + " is no option, or has no value\n" + USAGE);
    }

    private static Path whereTo() {
        Path results = Path.of("docs", "results");
        String wanted = Objects.requireNonNullElse(System.getenv("OUT"), "");
        return !wanted.isEmpty() ? Path.of(wanted) : Files.isDirectory(results) ? results : Path.of("");
    }

    private Options with(String option, String value) {
        return switch (option) {
            case "--folder" -> with(standIn, Path.of(value), out, suite, compare);
            case "--out" -> with(standIn, folder, Path.of(value), suite, compare);
            case "--gpu" -> with(Integer.parseInt(value), bytes, pairs, millis, minutes, threads, limit);
            case "--bytes" -> with(gpu, Long.parseLong(value) & -4096, pairs, millis, minutes, threads, limit);
            case "--pairs" -> with(gpu, bytes, Integer.parseInt(value), millis, minutes, threads, limit);
            case "--millis" -> with(gpu, bytes, pairs, Long.parseLong(value), minutes, threads, limit);
            case "--minutes" -> with(gpu, bytes, pairs, millis, Integer.parseInt(value), threads, limit);
            case "--threads" -> with(gpu, bytes, pairs, millis, minutes, Integer.parseInt(value), limit);
            case "--limit" -> with(gpu, bytes, pairs, millis, minutes, threads, Integer.parseInt(value));
            default -> throw unknown(option);
        };
    }

    private Options with(boolean instead, Path files, Path result, boolean tests, boolean measure) {
        return new Options(instead, files, result, gpu, bytes, pairs, millis, minutes, threads, limit, tests, measure);
    }

    private Options with(int ordinal, long size, int turns, long each, int most, int parallel, int batch) {
        return new Options(standIn, folder, out, ordinal, size, turns, each, most, parallel, batch, suite, compare);
    }
}
