// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Ends a run with an exit status and a message for the user. */
final class PeerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private PeerFailure(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    private PeerFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    static PeerFailure wrong(String message) {
        return new PeerFailure(Exit.WRONG, message);
    }

    static PeerFailure error(String message) {
        return new PeerFailure(Exit.ERROR, message);
    }

    static PeerFailure error(String message, Throwable cause) {
        return new PeerFailure(Exit.ERROR, message, cause);
    }

    /** Of a file; the JDK's message is often the name alone. */
    static PeerFailure of(IOException e) {
        String what = e instanceof NoSuchFileException
                ? "no such file or folder"
                : e.getClass().getSimpleName();
        return new PeerFailure(Exit.ERROR, what + ": " + e.getMessage(), e);
    }

    /** The partner, or a transfer, took too long; or the partner is known to be gone, so that waiting is no use. */
    static PeerFailure noPartner(String message) {
        return new PeerFailure(Exit.TIMEOUT, message);
    }

    int status() {
        return status;
    }
}
