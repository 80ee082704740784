// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * The direction of a transfer, seen from the agent that posts it. Both are one-sided: the peer's program takes no part.
 *
 * @since 0.1
 */
public enum Operation {
    /** From the remote side to the local side. */
    READ(0),
    /** From the local side to the remote side. */
    WRITE(1);

    private final int wireValue;

    Operation(int wireValue) {
        this.wireValue = wireValue;
    }

    /** Native NIXL's number for this operation. */
    public int wireValue() {
        return wireValue;
    }
}
