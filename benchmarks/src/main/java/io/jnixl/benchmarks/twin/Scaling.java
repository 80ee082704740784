// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.util.Locale;

/** Prints what creating a transfer, and selecting and posting, cost by the number of descriptors. */
final class Scaling {
    private static final int[] COUNTS = {10, 100, 1_000, 10_000, 100_000, 1_000_000};
    private static final int[] CREATED = {10_000, 100_000, 1_000_000};
    private static final int DESCRIPTORS_EACH_TIME = 1_000_000;

    private final Child agent;
    private final int times;

    /**
     * On this agent.
     *
     * @param times how often each is measured; the median counts
     */
    Scaling(Child agent, int times) {
        this.agent = agent;
        this.times = times;
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "### By the number of descriptors%n%nOver UCX to another process, memory allocated by UCX, blocks of 8 B with"
                        + " gaps between them; medians of %d times, ns a descriptor%n%n",
                times);
        System.out.println("| descriptors | create from lists [95 %] | create by indices [95 %] |");
        System.out.println("|--:|--:|--:|");
        for (int count : CREATED) {
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %s | %s |%n",
                    count,
                    Report.interval("%.1f", create("lists", count)),
                    Report.interval("%.1f", create("indices", count)));
        }
        System.out.println();
        System.out.println(
                "| descriptors | select [95 %] | post and await [95 %] | both, shuffled [95 %] | bytes allocated a post |");
        System.out.println("|--:|--:|--:|--:|--:|");
        for (int count : COUNTS) {
            printPosting(count);
        }
    }

    private Interval create(String from, int count) {
        double[] nanos = new double[times];
        for (int i = 0; i < times; i++) {
            nanos[i] = Long.parseLong(agent.ask("create " + from + " " + count)) / (double) count;
        }
        return Interval.of(nanos);
    }

    private void printPosting(int count) {
        int posts = Math.max(1, DESCRIPTORS_EACH_TIME / count);
        double[] select = new double[times];
        double[] post = new double[times];
        double[] shuffled = new double[times];
        double[] bytes = new double[times];
        double all = (double) posts * count;
        agent.ask("aim " + count + " shuffled");
        select(posts); // warm
        for (int i = 0; i < times; i++) {
            long[] found = select(posts);
            shuffled[i] = (found[0] + found[1]) / all;
        }
        agent.ask("aim " + count + " ordered");
        select(posts);
        for (int i = 0; i < times; i++) {
            long[] found = select(posts);
            select[i] = found[0] / all;
            post[i] = found[1] / all;
            bytes[i] = found[2] / (double) posts;
        }
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %s | %s | %.0f |%n",
                count,
                Report.interval("%.1f", Interval.of(select)),
                Report.interval("%.1f", Interval.of(post)),
                Report.interval("%.1f", Interval.of(shuffled)),
                Interval.of(bytes).median());
    }

    /** Nanoseconds of selecting, of posting, bytes allocated. */
    private long[] select(int posts) {
        String[] words = agent.ask("select " + posts).split(" ", -1);
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])};
    }
}
