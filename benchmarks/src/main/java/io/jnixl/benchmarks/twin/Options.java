// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The command line.
 *
 * @param modes which memory and transport
 * @param cases what to measure in each
 * @param pairs turns of each case
 * @param millis of each measurement, about
 * @param warmUpMillis of our sides before each case, at least; C needs less
 * @param control whether to hold C against another pair of C's as well
 * @param memory bytes of each process
 * @param cFlags words for the C program
 * @param javaOptions for our processes
 * @param pin the processors of initiators and of targets; empty: wherever the system puts them
 */
record Options(
        List<Mode> modes,
        List<Case> cases,
        int pairs,
        long millis,
        long warmUpMillis,
        boolean control,
        long memory,
        List<String> cFlags,
        List<String> javaOptions,
        List<String> pin) {

    static final String USAGE = """
            Usage: Twins [OPTIONS]   (all is printed as Markdown)

              --mode LIST        of private, shared, tcp, settings, scaling (default: all)
              --cases LIST       such as WRITE:4096x64,READ:8x1024,P50:4096x1,FIRST:4096x1,BURST:4096x1,PING,PINGDATA:4096x1, or
                                 "all" (default); for private, shared and tcp
              --pairs N          turns of each case (default 15)
              --millis N         length of one measurement (default 40)
              --warm-up N        milliseconds of ours before each case (default 2500; C: 500 at most)
              --no-control       without C against C
              --memory BYTES     of each process (default 64 MiB)
              --c-flags LIST     of multi, fast: flags of C's puts and gets
              --java-opts LIST   options of our JVMs, with commas between (default -XX:+UseSystemMemoryBarrier)
              --pin I,T          processors of initiators and of targets, by taskset
              --quick            7 pairs of 15 ms, four cases, no control: whether it runs
            """;

    /** As ./jnixl starts its own programs: without it each call out of Java waits for all that was written. */
    private static final List<String> BARRIER = List.of("-XX:+UseSystemMemoryBarrier");

    private static final List<Case> QUICK = cases("WRITE:4096x64,READ:4096x64,WRITE:8x1024,PING");

    Options {
        if (pairs < 1 || millis < 1 || (!pin.isEmpty() && pin.size() != 2)) {
            throw new IllegalArgumentException(USAGE);
        }
    }

    /** Memory and transport. */
    enum Mode {
        /** The program's own memory, defaults. */
        PRIVATE,
        /** UCX's shared memory, defaults. */
        SHARED,
        /** The program's own memory, TCP alone. */
        TCP,
        /** Not beside C: jnixl with its defaults beside itself with others. */
        SETTINGS,
        /** Not beside C: what creating, selecting and posting cost by the number of descriptors. */
        SCALING
    }

    static Options parse(String... args) {
        Options o = new Options(
                List.of(Mode.values()), allCases(), 15, 40, 2500, true, 64L << 20, List.of(), BARRIER, List.of());
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            if (option.equals("--no-control")) {
                o = o.with(o.modes, o.cases, o.pairs, o.millis, o.warmUpMillis, false);
            } else if (option.equals("--quick")) {
                o = o.with(o.modes, QUICK, 7, 15, 100, false);
            } else if (rest.hasNext()) {
                o = o.with(option, rest.next());
            } else {
                throw unknown(option);
            }
        }
        return o;
    }

    private Options with(String option, String value) {
        return switch (option) {
            case "--mode" -> with(modes(value), cases, pairs, millis, warmUpMillis, control);
            case "--cases" -> with(modes, cases(value), pairs, millis, warmUpMillis, control);
            case "--pairs" -> with(modes, cases, Integer.parseInt(value), millis, warmUpMillis, control);
            case "--millis" -> with(modes, cases, pairs, Long.parseLong(value), warmUpMillis, control);
            case "--warm-up" -> with(modes, cases, pairs, millis, Long.parseLong(value), control);
            case "--memory" -> with(Long.parseLong(value), cFlags, javaOptions, pin);
            case "--c-flags" -> with(memory, words(value), javaOptions, pin);
            case "--java-opts" -> with(memory, cFlags, words(value), pin);
            case "--pin" -> with(memory, cFlags, javaOptions, words(value));
            default -> throw unknown(option);
        };
    }

    private static IllegalArgumentException unknown(String option) {
        return new IllegalArgumentException(option + " is no option, or has no value\n" + USAGE);
    }

    private Options with(List<Mode> m, List<Case> c, int p, long each, long warmUp, boolean controlled) {
        return new Options(m, c, p, each, warmUp, controlled, memory, cFlags, javaOptions, pin);
    }

    private Options with(long bytes, List<String> flags, List<String> java, List<String> processors) {
        return new Options(modes, cases, pairs, millis, warmUpMillis, control, bytes, flags, java, processors);
    }

    private static List<Mode> modes(String list) {
        return words(list.toUpperCase(Locale.ROOT)).stream().map(Mode::valueOf).toList();
    }

    private static List<Case> cases(String list) {
        return list.equals("all")
                ? allCases()
                : words(list).stream().map(Case::parse).toList();
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(",", -1)).filter(w -> !w.isEmpty()).toList();
    }

    private static List<Case> allCases() {
        List<Case> all = new ArrayList<>();
        for (Case.Kind kind : List.of(Case.Kind.WRITE, Case.Kind.READ)) {
            for (long block : new long[] {8, 64, 512, 4096, 65536, 1 << 20}) {
                for (int count : new int[] {1, 64, 1024}) {
                    all.add(new Case(kind, block, count));
                }
            }
            all.add(new Case(kind, 512, 100_000));
        }
        all.add(Case.parse("P50:4096x1"));
        all.add(Case.parse("FIRST:4096x1"));
        all.add(Case.parse("BURST:4096x1"));
        all.add(Case.parse("PING"));
        all.add(Case.parse("PINGDATA:4096x1"));
        return all;
    }
}
