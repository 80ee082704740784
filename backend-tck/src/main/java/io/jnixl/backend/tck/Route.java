// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;

/**
 * A way that bytes go from and to host memory of an agent.
 *
 * @param where what kind of far side
 * @param kind the far side's memory
 */
record Route(Where where, MemoryKind kind) {

    /** What the far side is. */
    enum Where {
        /** Memory of the same agent. */
        SELF,
        /** Memory of another agent. */
        PEER,
        /** Storage, which the same agent has registered. */
        STORAGE
    }

    @Override
    public String toString() {
        return switch (where) {
            case SELF -> "within the agent";
            case PEER -> "to another agent";
            case STORAGE -> "to " + kind;
        };
    }
}
