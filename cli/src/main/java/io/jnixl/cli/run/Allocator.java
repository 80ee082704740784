// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

/** Who allocates a buffer. */
public enum Allocator {
    /** The agent: shared memory, where the backend has it. */
    AGENT,
    /** An arena: private memory. */
    ARENA
}
