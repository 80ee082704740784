// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import io.jnixl.spi.RegisteredMemory;
import java.nio.file.Path;

/**
 * An object that was registered: a folder with a file for each chunk that has been written to.
 *
 * @param key its name
 * @param folder its folder
 * @param locks those of the backend
 */
record StoredObject(String key, Path folder, Locks locks) implements RegisteredMemory {
    /** The file of a chunk, by its number: 16 hexadecimal digits. */
    Path file(long chunk) {
        return folder.resolve(String.format("%016x", chunk));
    }

    /** Who changes a chunk, or looks at it, holds this. */
    Object lock(long chunk) {
        return locks.of(key, chunk);
    }

    /** Nothing is open between transfers. */
    @Override
    public void close() {}
}
