// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * A backend's own knowledge of one region, on either side of a transfer; a backend is handed only handles that it made.
 *
 * @since 0.1
 */
public interface RegionHandle extends AutoCloseable {

    /**
     * Ends it. Called once, when no transfer of this agent uses it.
     */
    @Override
    void close();
}
