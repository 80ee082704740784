// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import org.jspecify.annotations.Nullable;

/** The other side did not prove that it knows the secret. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String toThem;

    /**
     * Says so.
     *
     * @param toUs for this side's message
     * @param toThem for the other side's, or null to tell it nothing
     */
    Refusal(String toUs, @Nullable String toThem) {
        super(toUs);
        this.toThem = toThem;
    }

    @Nullable
    String toThem() {
        return toThem;
    }
}
