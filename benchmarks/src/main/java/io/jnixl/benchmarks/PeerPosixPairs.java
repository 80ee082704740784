// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code jnixl peer posix} in the page cache against a loop of pread and pwrite in C over the same blocks, in turn: prints the
 * ratio of the bandwidths for each case. Needs {@code cc}.
 *
 * <p>Arguments: the command {@code jnixl}, a scratch file, the engine's word, pairs.
 */
public final class PeerPosixPairs {
    /** Bytes of a block, blocks, iterations, and those before them, in which the JVM compiles. */
    private static final int[][] CASES = {
        {4096, 1, 200_000, 100_000}, {4096, 64, 20_000, 10_000}, {65536, 64, 2_000, 2_000}, {1 << 20, 1, 10_000, 10_000}
    };

    private static final Pattern RESULT =
            Pattern.compile("op=(\\w+) block=(\\d+) count=(\\d+) .*GBps=([0-9.]+) .*verify=OK");

    private PeerPosixPairs() {}

    /** Prints a line for each case and direction. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("file-loop");
        Path program = compile(folder);
        Map<String, List<double[]>> all = new LinkedHashMap<>();
        int pairs = Integer.parseInt(args[3]);
        for (int pair = 0; pair < pairs; pair++) {
            for (int[] one : CASES) {
                Map<String, Double> c = new LinkedHashMap<>();
                Map<String, Double> java = new LinkedHashMap<>();
                if (pair % 2 == 0) {
                    c = c(program, args[1], one);
                    java = jnixl(args[0], args[1], args[2], one);
                } else {
                    java = jnixl(args[0], args[1], args[2], one);
                    c = c(program, args[1], one);
                }
                for (String name : c.keySet()) {
                    all.computeIfAbsent(name, n -> new ArrayList<>())
                            .add(new double[] {c.get(name), Objects.requireNonNull(java.get(name), name)});
                }
            }
        }
        all.forEach(PeerPosixPairs::print);
    }

    private static void print(String name, List<double[]> pairs) {
        double[] ratios = pairs.stream().mapToDouble(p -> p[1] / p[0]).sorted().toArray();
        System.out.printf(
                "%-20s C %7.3f GB/s  jnixl %7.3f GB/s  ratio %.2f (%.2f to %.2f)%n",
                name,
                median(pairs, 0),
                median(pairs, 1),
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private static double median(List<double[]> pairs, int side) {
        double[] sorted = pairs.stream().mapToDouble(p -> p[side]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Path compile(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("file-loop.c");
        try (InputStream in = Objects.requireNonNull(PeerPosixPairs.class.getResourceAsStream("file-loop.c"))) {
            Files.copy(in, source);
        }
        Path program = folder.resolve("file-loop");
        run(List.of("cc", "-O2", "-o", program.toString(), source.toString()));
        return program;
    }

    private static Map<String, Double> c(Path program, String file, int[] one)
            throws IOException, InterruptedException {
        Map<String, Double> answer = new LinkedHashMap<>();
        for (String operation : new String[] {"WRITE", "READ"}) {
            String[] words = {
                operation.toLowerCase(java.util.Locale.ROOT),
                Integer.toString(one[0]),
                Integer.toString(one[1]),
                Integer.toString(one[2]),
                Integer.toString(one[3])
            };
            List<String> command = new ArrayList<>(List.of(program.toString(), file));
            command.addAll(Arrays.asList(words));
            answer.put(
                    operation + " " + one[0] + "x" + one[1],
                    Double.valueOf(run(command).strip()));
        }
        return answer;
    }

    private static Map<String, Double> jnixl(String command, String file, String engine, int[] one)
            throws IOException, InterruptedException {
        String shape = one[0] + "x" + one[1];
        String output = run(List.of(
                command,
                "peer",
                "posix",
                "--io",
                engine,
                "--file",
                file,
                "--cases",
                shape,
                "--iters",
                Integer.toString(one[2]),
                "--warmup",
                Integer.toString(one[3])));
        Map<String, Double> answer = new LinkedHashMap<>();
        Matcher matcher = RESULT.matcher(output);
        while (matcher.find()) {
            answer.put(
                    matcher.group(1) + " " + matcher.group(2) + "x" + matcher.group(3),
                    Double.valueOf(matcher.group(4)));
        }
        return answer;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }
}
