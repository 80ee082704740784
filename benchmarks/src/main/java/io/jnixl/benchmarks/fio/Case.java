// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What both sides do.
 *
 * @param file exists, and is written to when {@code write}
 * @param write random writes instead of reads
 * @param direct past the page cache
 * @param block bytes of each
 * @param depth under way at a time
 * @param pairs how many times each side is measured, in groups of fio, jnixl, jnixl, fio
 * @param seconds of each interval
 * @param engine of jnixl
 * @param rest further settings of the POSIX backend
 */
record Case(
        Path file,
        boolean write,
        boolean direct,
        int block,
        int depth,
        int pairs,
        int seconds,
        String engine,
        Map<String, String> rest) {
    private static final Set<String> OWN = Set.of("file", "rw", "direct", "bs", "depth", "pairs", "seconds", "engine");

    /** Of arguments such as {@code depth=32}. */
    static Case of(String[] args) {
        Map<String, String> given = new HashMap<>();
        for (String arg : args) {
            int at = arg.indexOf('=');
            if (at <= 0) {
                throw new IllegalArgumentException(arg + " is not of the form name=value");
            }
            given.put(arg.substring(0, at), arg.substring(at + 1));
        }
        Map<String, String> rest = new HashMap<>(given);
        rest.keySet().removeAll(OWN);
        return new Case(
                Path.of(given.getOrDefault("file", "")),
                isWrite(given.getOrDefault("rw", "randread")),
                !given.getOrDefault("direct", "1").equals("0"),
                Integer.parseInt(given.getOrDefault("bs", "4096")),
                Integer.parseInt(given.getOrDefault("depth", "32")),
                Integer.parseInt(given.getOrDefault("pairs", "15")),
                Integer.parseInt(given.getOrDefault("seconds", "1")),
                given.getOrDefault("engine", "io_uring"),
                Map.copyOf(rest));
    }

    /** The same with blocks of another size. */
    Case withBlock(int bytes) {
        return new Case(file, write, direct, bytes, depth, pairs, seconds, engine, rest);
    }

    private static boolean isWrite(String word) {
        return switch (word) {
            case "randread" -> false;
            case "randwrite" -> true;
            default -> throw new IllegalArgumentException("rw=" + word + " is neither randread nor randwrite");
        };
    }

    String word() {
        return write ? "randwrite" : "randread";
    }
}
