// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Ends a run with an exit status and a message for the user. */
public final class RunFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private RunFailure(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    private RunFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    public static RunFailure wrong(String message) {
        return new RunFailure(Exit.WRONG, message);
    }

    public static RunFailure error(String message) {
        return new RunFailure(Exit.ERROR, message);
    }

    public static RunFailure error(String message, Throwable cause) {
        return new RunFailure(Exit.ERROR, message, cause);
    }

    /** Of a file; the JDK's message is often the name alone. */
    public static RunFailure of(IOException e) {
        String what = e instanceof NoSuchFileException
                ? "no such file or folder"
                : e.getClass().getSimpleName();
        return new RunFailure(Exit.ERROR, what + ": " + e.getMessage(), e);
    }

    /** The partner, or a transfer, took too long; or the partner is known to be gone, so that waiting is no use. */
    public static RunFailure noPartner(String message) {
        return new RunFailure(Exit.TIMEOUT, message);
    }

    public int status() {
        return status;
    }
}
