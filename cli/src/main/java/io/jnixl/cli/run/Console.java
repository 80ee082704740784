// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import io.jnixl.cli.Text;
import java.io.PrintWriter;

/** Results go to standard output, all else to standard error. Thread-safe. */
public final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;

    public Console(PrintWriter out, PrintWriter err, boolean quiet) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
    }

    /** One line for programs, at once: a reader may follow a run. */
    public void result(String line) {
        out.println(line);
        out.flush();
    }

    /** What a user may want to know. */
    public void say(String text) {
        if (!quiet) {
            complain(text);
        }
    }

    /** What a user has to know. */
    public void complain(String text) {
        err.println("jnixl: " + Text.line(text));
        err.flush();
    }
}
