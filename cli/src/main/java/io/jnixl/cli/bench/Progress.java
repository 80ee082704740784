// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** What is going on, on one line of a terminal that is written again and again; nothing elsewhere. */
final class Progress {
    private final PrintWriter err;
    private final boolean live;
    private final Duration limit;
    private final int cases;
    private int number;
    private String what = "";
    private long posts;
    private long start;
    private int width;

    /**
     * For a run of so many cases.
     *
     * @param live whether there is a terminal
     * @param limit how long one post may take
     */
    Progress(PrintWriter err, boolean live, int cases, Duration limit) {
        this.err = err;
        this.live = live;
        this.cases = cases;
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    void start(Shape shape, long count) {
        number++;
        posts = count;
        what = Size.text(shape.block()) + " x " + shape.batch();
        start = System.nanoTime();
        at(0);
    }

    void at(long ended) {
        double seconds = (System.nanoTime() - start) / 1e9;
        String rate = ended == 0 ? "" : String.format(Locale.ROOT, ", %.0f posts/s", ended / seconds);
        show(String.format(
                Locale.ROOT, "[%d/%d] %s: %d of %d posts, %.1f s%s", number, cases, what, ended, posts, seconds, rate));
    }

    /** The line goes, so that results can be written. */
    void end() {
        show("");
    }

    private void show(String line) {
        if (!live) {
            return;
        }
        err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())) + (line.isEmpty() ? "\r" : ""));
        err.flush();
        width = line.length();
    }
}
