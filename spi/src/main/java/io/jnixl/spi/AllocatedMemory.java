// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Host memory that a backend allocated and registered; the answer of {@link Backend#allocate}.
 *
 * @param segment the memory; accessible, and there, until the arena that it was allocated for closes
 * @param memory the registration; after its close the agent uses it no more, while peers that hold the key may reach the
 *     memory until the arena closes
 * @since 0.1
 */
public record AllocatedMemory(MemorySegment segment, RegisteredMemory memory) {
    /** Checks for null. */
    public AllocatedMemory {
        Objects.requireNonNull(segment, "segment");
        Objects.requireNonNull(memory, "memory");
    }
}
