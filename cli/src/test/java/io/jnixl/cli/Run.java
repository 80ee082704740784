// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.Config;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Function;

/** One run of the command: its exit status and what it printed. */
public record Run(int status, String out, String err) {

    public static Run of(String... args) {
        return with(Report::of, args);
    }

    static Run with(Function<Config, Report> inspector, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out), new PrintWriter(err, true), false, inspector, args);
        return new Run(status, out.toString(), err.toString());
    }
}
