// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line.
 *
 * @param modes which memory and transport
 * @param cases what to measure in each
 * @param pairs turns of each case
 * @param millis of each measurement, about
 * @param warmUpMillis of each side before each case, at least
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
              --cases LIST       such as WRITE:4096x64,READ:8x1024,P50:4096x1,PING,PINGDATA:4096x1, or "all" (default);
                                 for private, shared and tcp
              --pairs N          turns of each case (default 15)
              --millis N         length of one measurement (default 40)
              --warm-up N        milliseconds of each side before each case (default 200)
              --no-control       without C against C
              --memory BYTES     of each process (default 64 MiB)
              --c-flags LIST     of multi, fast: flags of C's puts and gets
              --java-opts LIST   options of our JVMs, with commas between
              --pin I,T          processors of initiators and of targets, by taskset
              --quick            7 pairs of 15 ms, four cases, no control: whether it runs
            """;

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
        List<Mode> modes = List.of(Mode.values());
        List<Case> cases = allCases();
        int pairs = 15;
        long millis = 40;
        long warmUp = 200;
        boolean control = true;
        long memory = 64L << 20;
        List<String> cFlags = List.of();
        List<String> javaOptions = List.of();
        List<String> pin = List.of();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--mode" ->
                    modes = words(args[++i])
                            .map(w -> Mode.valueOf(w.toUpperCase(java.util.Locale.ROOT)))
                            .toList();
                case "--cases" -> {
                    String list = args[++i];
                    cases = list.equals("all")
                            ? allCases()
                            : words(list).map(Case::parse).toList();
                }
                case "--pairs" -> pairs = Integer.parseInt(args[++i]);
                case "--millis" -> millis = Long.parseLong(args[++i]);
                case "--warm-up" -> warmUp = Long.parseLong(args[++i]);
                case "--no-control" -> control = false;
                case "--memory" -> memory = Long.parseLong(args[++i]);
                case "--c-flags" -> cFlags = words(args[++i]).toList();
                case "--java-opts" -> javaOptions = words(args[++i]).toList();
                case "--pin" -> pin = words(args[++i]).toList();
                case "--quick" -> {
                    pairs = 7;
                    millis = 15;
                    control = false;
                    cases = List.of(
                            Case.parse("WRITE:4096x64"),
                            Case.parse("READ:4096x64"),
                            Case.parse("WRITE:8x1024"),
                            Case.parse("PING"));
                }
                default -> throw new IllegalArgumentException(args[i] + "\n" + USAGE);
            }
        }
        return new Options(modes, cases, pairs, millis, warmUp, control, memory, cFlags, javaOptions, pin);
    }

    private static java.util.stream.Stream<String> words(String list) {
        return Arrays.stream(list.split(",")).filter(w -> !w.isEmpty());
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
        all.add(Case.parse("PING"));
        all.add(Case.parse("PINGDATA:4096x1"));
        return all;
    }
}
