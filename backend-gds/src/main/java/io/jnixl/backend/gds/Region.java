// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.spi.RegisteredMemory;

/** Memory or a file that a GDS backend accepted; not published. */
abstract sealed class Region implements RegisteredMemory permits BufferRegion, FileRegion {
    private final GdsBackend owner;

    Region(GdsBackend owner) {
        this.owner = owner;
    }

    final GdsBackend owner() {
        return owner;
    }

    /** Whether bytes may be read from it. */
    abstract boolean isReadable();

    /** Whether bytes may be written to it. */
    abstract boolean isWritable();
}
