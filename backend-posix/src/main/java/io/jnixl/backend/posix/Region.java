// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.spi.RegisteredMemory;

/** Memory that a POSIX backend accepted; not published. */
abstract sealed class Region implements RegisteredMemory permits DramRegion, FileRegion {
    private final PosixBackend owner;

    Region(PosixBackend owner) {
        this.owner = owner;
    }

    final PosixBackend owner() {
        return owner;
    }

    /** Whether bytes may be read from it. */
    abstract boolean isReadable();

    /** Whether bytes may be written to it. */
    abstract boolean isWritable();
}
