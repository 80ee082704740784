// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/** What a process is. */
enum Role {
    /** Whichever the other is not; of two, the first to come is the initiator. */
    AUTO,
    /** Posts and measures. */
    INITIATOR,
    /** Offers memory. */
    TARGET;

    /**
     * Settles the role of this side.
     *
     * @param theirs what the partner asks for
     * @param first whether this side came first
     * @throws IllegalArgumentException when both ask for the same
     */
    Role settle(Role theirs, boolean first) {
        if (this != AUTO && this == theirs) {
            throw new IllegalArgumentException(
                    "both processes were started as " + name().toLowerCase(java.util.Locale.ROOT));
        }
        if (this != AUTO) {
            return this;
        }
        return switch (theirs) {
            case INITIATOR -> TARGET;
            case TARGET -> INITIATOR;
            case AUTO -> first ? INITIATOR : TARGET;
        };
    }
}
