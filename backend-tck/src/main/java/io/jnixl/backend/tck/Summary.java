// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which clauses a test class has exercised, and how they went. Thread-safe. */
final class Summary {
    /** What became of one clause. */
    private static final class Line {
        final List<String> ways = new ArrayList<>();
        final List<String> broken = new ArrayList<>();
        int runs;

        @Nullable
        String reason;
    }

    private final Map<String, Line> lines = new HashMap<>();
    private String backend = "";
    private List<String> order = List.of();

    /** Whether a clause has waited in vain: a backend whose thread has died would cost every other one the same time. */
    private volatile boolean impatient;

    /** Whether a clause has hung: where {@code close} waits for a dead thread, others will, too. */
    private volatile boolean hung;

    /**
     * The clauses of a group, among them those that do not apply to this backend.
     *
     * @param inOrder all clauses that this backend's groups offer, in the order in which they are to be told
     */
    synchronized void offered(String provider, Collection<String> names, Collection<String> inOrder) {
        backend = provider;
        order = List.copyOf(inOrder);
        names.forEach(this::line);
    }

    synchronized void leftOut(String name, String reason) {
        line(name).reason = reason;
    }

    /** Asks a backend what decides which clauses apply. */
    Traits ask(BackendUnderTest under) {
        hurry(under);
        long start = System.nanoTime();
        try {
            return Traits.of(under);
        } catch (AssertionError e) {
            noteFailure(under, System.nanoTime() - start);
            throw e;
        }
    }

    /** Runs a clause one way, and keeps how it went. */
    void run(String name, String way, Clause clause) throws InterruptedException {
        boolean kept = false;
        hurry(clause.under());
        long start = System.nanoTime();
        try {
            clause.run();
            kept = true;
        } finally {
            if (!kept) {
                noteFailure(clause.under(), System.nanoTime() - start);
            }
            note(name, way, kept);
        }
    }

    private void hurry(BackendUnderTest under) {
        if (impatient) {
            under.hurryWaits();
        }
        if (hung) {
            under.hurryClauses();
        }
    }

    private void noteFailure(BackendUnderTest under, long nanos) {
        impatient |= nanos > under.timeout().toNanos();
        hung |= nanos > under.limit().toNanos();
    }

    synchronized void note(String name, String way, boolean kept) {
        Line line = line(name);
        line.runs++;
        line.ways.add(way);
        if (!kept) {
            line.broken.add(way);
        }
    }

    private Line line(String name) {
        return lines.computeIfAbsent(name, _ -> new Line());
    }

    /** A head with the numbers, and a line for each clause. */
    synchronized String text(String testClass) {
        StringBuilder text = new StringBuilder();
        for (String name : order) {
            Line line = lines.get(name);
            if (line != null) {
                text.append(System.lineSeparator()).append(describe(name, line));
            }
        }
        long left = lines.values().stream().filter(l -> l.reason != null).count();
        long exercised = lines.values().stream().filter(l -> l.runs > 0).count();
        long broken = lines.values().stream().filter(l -> !l.broken.isEmpty()).count();
        int runs = lines.values().stream().mapToInt(l -> l.runs).sum();
        return "contract of " + backend + " (" + testClass + "): " + exercised + " of " + lines.size()
                + " clauses exercised in " + runs + " tests, " + broken + " broken, " + left + " left out, "
                + (lines.size() - exercised - left) + " not exercised"
                + (impatient ? "; after the first that waited in vain, the others waited for a second" : "")
                + (hung ? "; after the first that hung, the others had four" : "") + text;
    }

    private static String describe(String name, Line line) {
        if (line.reason != null) {
            return "  left out       " + name + ": " + line.reason;
        }
        if (line.runs == 0) {
            return "  not exercised  " + name;
        }
        return line.broken.isEmpty()
                ? "  kept           " + name + String.join("", line.ways)
                : "  BROKEN         " + name + String.join("", line.broken);
    }
}
