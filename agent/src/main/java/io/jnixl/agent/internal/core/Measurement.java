// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import org.jspecify.annotations.Nullable;

/**
 * Adds what the posts of one transfer tell of one backend to the figure that a rule chooses by. Posts that were given up tell
 * nothing: when they end says how long giving up took.
 */
final class Measurement {
    private final Figure figure;
    private final TransferClock clock;
    private final TransferState state;

    /** When the backend got the post in flight. */
    private long handed;

    private Measurement(Figure figure, TransferClock clock, TransferState state) {
        this.figure = figure;
        this.clock = clock;
        this.state = state;
    }

    /** Null unless the plan's backend was chosen by measurement. */
    static @Nullable Measurement of(TransferPlan plan, TransferClock clock, TransferState state) {
        Figure figure = plan.figure();
        return figure == null ? null : new Measurement(figure, clock, state);
    }

    /** The backend gets a post now: waiting for room, or for one that failed, is not its doing. */
    void handing() {
        handed = System.nanoTime();
    }

    /** The clock has stopped for a post that moved this much. */
    void succeeded(long bytes) {
        if (state.isWanted()) {
            figure.add(bytes, clock.end() - handed);
        }
    }

    void failed(Status status) {
        if (status != Status.CANCELED && state.isWanted()) {
            figure.failed();
        }
    }
}
