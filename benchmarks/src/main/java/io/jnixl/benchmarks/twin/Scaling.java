// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

/** Prints what creating a transfer, and selecting and posting, cost by the number of descriptors. */
final class Scaling {
    private static final int[] COUNTS = {10, 100, 1_000, 10_000, 100_000, 1_000_000};
    private static final int[] CREATED = {10_000, 100_000, 1_000_000};
    private static final int DESCRIPTORS_EACH_TIME = 1_000_000;

    private static final int WARM_UP = 20;

    private final Child agent;
    private final int times;
    private final Report report;

    /** On this agent. */
    Scaling(Child agent, Options options, Report report) {
        this.agent = agent;
        this.times = options.pairs();
        this.report = report;
    }

    void print() {
        report.scalingHead();
        printCreating();
        report.print("%n| descriptors | select [95 %%] | post and await [95 %%] | both [95 %%] | both, shuffled [95 %%]"
                + " | bytes allocated a post |%n|--:|--:|--:|--:|--:|--:|%n");
        for (int count : COUNTS) {
            printPosting(count);
        }
    }

    private void printCreating() {
        for (int i = 0; i < WARM_UP; i++) {
            agent.ask("create lists " + CREATED[0]);
            agent.ask("create indices " + CREATED[0]);
        }
        report.print("| descriptors | create from lists [95 %%] | create by indices [95 %%] |%n|--:|--:|--:|%n");
        for (int count : CREATED) {
            report.print(
                    "| %d | %s | %s |%n",
                    count,
                    Report.interval("%.1f", create("lists", count)),
                    Report.interval("%.1f", create("indices", count)));
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
        double all = (double) posts * count;
        double[] select = new double[times];
        double[] post = new double[times];
        double[] both = new double[times];
        double[] shuffled = new double[times];
        double[] bytes = new double[times];
        aim(count, "shuffled", posts);
        for (int i = 0; i < times; i++) {
            long[] found = select(posts);
            shuffled[i] = (found[0] + found[1]) / all;
        }
        aim(count, "ordered", posts);
        for (int i = 0; i < times; i++) {
            long[] found = select(posts);
            select[i] = found[0] / all;
            post[i] = found[1] / all;
            both[i] = (found[0] + found[1]) / all;
            bytes[i] = found[2] / (double) posts;
        }
        report.print(
                "| %d | %s | %s | %s | %s | %.0f |%n",
                count,
                Report.interval("%.1f", Interval.of(select)),
                Report.interval("%.1f", Interval.of(post)),
                Report.interval("%.1f", Interval.of(both)),
                Report.interval("%.1f", Interval.of(shuffled)),
                Interval.of(bytes).median());
    }

    private void aim(int count, String order, int posts) {
        agent.ask("aim " + count + " " + order);
        select(posts); // warms up
        select(posts);
    }

    /** Nanoseconds of selecting, of posting, bytes allocated. */
    private long[] select(int posts) {
        String[] words = agent.ask("select " + posts).split(" ", -1);
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])};
    }
}
