// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the post in flight of one transfer was let through the gate with. Whoever takes that out leaves the gate: only the first
 * of those that find the post over.
 */
final class AdmissionPass {
    private static final long NONE = -1;

    private final AdmissionGate gate;
    private final TransferState state;
    private final TransferClock clock;
    private final FailureRecord failure;

    /** Nanoseconds that a post waits for room where waiting is allowed. */
    private final long longestWait;

    private final AtomicLong held = new AtomicLong(NONE);

    AdmissionPass(AgentImpl agent, TransferPlan plan, TransferState state, TransferClock clock, FailureRecord failure) {
        this.gate = agent.admission();
        this.state = state;
        this.clock = clock;
        this.failure = failure;
        this.longestWait = plan.deadline() != 0 ? plan.deadline() : agent.sendTimeoutNanos();
    }

    /** Enters with so many bytes, waiting for room if that is allowed; else the status that the post ends with. */
    @Nullable
    Status enter(long bytes) {
        if (!gate.tryEnter(bytes) && !gate.enter(bytes, !Completions.isInCallback(), longestWait, state)) {
            return noRoom();
        }
        held.setRelease(bytes); // the backend hears of the post later, and by more than this
        // given up while it waited: its status is set already, and nothing needs to move
        return TransferState.has(state.word(), TransferState.ABANDONED) ? Status.CANCELED : null;
    }

    private Status noRoom() {
        if (gate.isClosed()) {
            return Status.CANCELED; // the agent is closing, which ends whatever waits
        }
        return clock.isOverdue(state.generation())
                ? Status.TIMED_OUT
                : failure.refused(FailureRecord.LIMIT, Status.NOT_ALLOWED);
    }

    void leave() {
        long bytes = held.getAndSet(NONE);
        if (bytes != NONE) {
            gate.leave(bytes);
        }
    }
}
