// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * Local memory that a backend accepted. Thread-safe.
 *
 * @since 0.1
 */
public interface RegisteredMemory extends RegionHandle {

    /** The answer of memory that other agents cannot reach. */
    byte[] UNPUBLISHED = {};

    /**
     * What a peer needs to reach this memory, such as a packed remote key; the same bytes at every call, not changed by
     * anyone. Empty: not published.
     */
    default byte[] publicData() {
        return UNPUBLISHED;
    }
}
