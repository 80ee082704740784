// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a transfer is expected to take; native NIXL's {@code estimateXferCost}.
 *
 * @param duration expected time from the post to the end of all descriptors, as if nothing else used the way
 * @param margin how far the backend thinks that may be off, either way; zero where it says nothing of it
 * @param method where the figures come from
 * @since 0.1
 */
public record CostEstimate(Duration duration, Duration margin, Method method) {

    /** Checks for null and for negative times. */
    public CostEstimate {
        Objects.requireNonNull(method, "method");
        if (duration.isNegative() || margin.isNegative()) {
            throw new IllegalArgumentException("times are not negative: " + duration + ", " + margin);
        }
    }

    /**
     * Where an estimate comes from.
     *
     * @since 0.1
     */
    public enum Method {
        /** The backend computes it from what it knows of its devices; nothing is measured. Native NIXL's only one. */
        ANALYTICAL_BACKEND
    }
}
