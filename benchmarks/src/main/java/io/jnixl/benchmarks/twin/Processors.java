// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much processor time others take, since what shares the machine spoils the figures. */
final class Processors {
    private static final long TICKS_A_SECOND = 100; // USER_HZ, on all that Linux runs on here
    private static final int BUSY_FIELDS = 8; // user, nice, system, idle, iowait, irq, softirq, steal
    private static final double NANOS = 1e9;

    private final List<Side> sides;
    private final long start = System.nanoTime();
    private final double before;

    /** Starts to watch, beside these sides. */
    Processors(List<Side> sides) {
        this.sides = sides;
        this.before = taken();
    }

    /** Processors that others kept busy since then. */
    double others() {
        return Math.max(0, (taken() - before) / ((System.nanoTime() - start) / NANOS));
    }

    private double taken() {
        double own =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / NANOS;
        for (Side side : sides) {
            own += side.processorTime().toNanos() / NANOS;
        }
        return busy() - own;
    }

    private static double busy() {
        try {
            String[] words =
                    Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
            long ticks = 0;
            for (int i = 1; i <= BUSY_FIELDS; i++) {
                if (i != 4 && i != 5) {
                    ticks += Long.parseLong(words[i]);
                }
            }
            return ticks / (double) TICKS_A_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
