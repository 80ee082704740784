// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.cli.QuietLog;
import io.jnixl.cli.Text;
import java.util.function.IntSupplier;
import java.util.logging.Level;

/** Turns what ends a run into an exit status. */
public final class Guard {
    private Guard() {}

    /**
     * Runs a command's work.
     *
     * @param verbose whether all log messages come through, or only warnings
     * @return the exit status
     * @throws NixlException what the library reported, other than a time that is over
     */
    public static int run(boolean verbose, Console console, IntSupplier work) {
        try (QuietLog _ = new QuietLog(verbose ? Level.ALL : Level.WARNING)) {
            return work.getAsInt();
        } catch (RunFailure e) {
            console.complain(Text.message(e));
            return e.status();
        } catch (NixlException e) {
            if (e.code() != ErrorCode.TIMED_OUT) {
                throw e;
            }
            console.complain(Text.message(e));
            return Exit.TIMEOUT;
        }
    }
}
