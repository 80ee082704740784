// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;

/**
 * How long a backend expects a transfer to take.
 *
 * @param nanos negative: it cannot tell
 * @param note for explanations
 */
record Cost(long nanos, String note) {
    static Cost of(CostEstimate estimate) {
        long nanos = Durations.nanos(estimate.duration());
        return new Cost(nanos, "expected to take " + nanos / 1_000.0 + " us");
    }

    static Cost unknown(String why) {
        return new Cost(-1, "cannot tell how long it would take: " + why);
    }

    boolean isKnown() {
        return nanos >= 0;
    }
}
