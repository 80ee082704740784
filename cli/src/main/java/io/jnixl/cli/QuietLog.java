// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps what the log of this library says below a level from the user while it is open. */
public final class QuietLog implements AutoCloseable {
    // A field, not only a name: java.util.logging forgets the level of a logger that nobody holds.
    private final Logger logger = Logger.getLogger("io.jnixl");
    private final Level before = logger.getLevel();

    /** From now on, messages of at least this level come through. */
    public QuietLog(Level level) {
        logger.setLevel(level);
    }

    @Override
    public void close() {
        logger.setLevel(before);
    }
}
