// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.RegisteredMemory;

/** Memory that an agent of this process registered. Its gate is held by whoever moves bytes as the far side. */
abstract sealed class Region implements RegisteredMemory permits DramRegion, FileRegion {
    private final MemoryBackend owner;
    private final long id = Fabric.nextNumber();
    private final Gate gate = new Gate();

    Region(MemoryBackend owner) {
        this.owner = owner;
    }

    final MemoryBackend owner() {
        return owner;
    }

    final long id() {
        return id;
    }

    final Gate gate() {
        return gate;
    }

    /** Whether bytes may be written to it. */
    abstract boolean isWritable();

    /** Unregisters, and waits until nobody touches it: at most for one chunk of a peer's copy. Idempotent. */
    @Override
    public void close() {
        owner.forget(this);
        gate.shut();
    }
}
