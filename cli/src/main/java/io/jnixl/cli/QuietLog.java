// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the log of this library silent while it is open, but for errors: all that an agent has to say when it starts stands
 * in the report already.
 */
final class QuietLog implements AutoCloseable {
    // A field, not only a name: java.util.logging forgets the level of a logger that nobody holds.
    private final Logger logger = Logger.getLogger("io.jnixl");
    private final Level before = logger.getLevel();

    QuietLog() {
        logger.setLevel(Level.SEVERE);
    }

    @Override
    public void close() {
        logger.setLevel(before);
    }
}
