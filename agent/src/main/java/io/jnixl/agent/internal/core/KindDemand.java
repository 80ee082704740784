// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;

/**
 * Wanted: who would move bytes between such memories, as far as can be told without any.
 *
 * @param own the agent's own name
 * @param peer the peer's name; the agent's own for transfers within it
 * @param notifies whether it has to send notifications
 */
public record KindDemand(
        Operation operation,
        MemoryKind local,
        MemoryKind remote,
        String own,
        String peer,
        long bytes,
        int descriptors,
        boolean notifies)
        implements Demand {

    @Override
    public Routes routes() {
        return new Routes();
    }

    @Override
    public Contests contests() {
        return new Contests();
    }

    @Override
    public Amount amount() {
        return Amount.of(descriptors, bytes);
    }

    @Override
    public String obstacle(BackendSlot slot) {
        if (notifies && !slot.capabilities.notifications()) {
            return "sends no notifications";
        }
        boolean within = peer.equals(own);
        String refusal = slot.refusal(local, false);
        if (refusal.isEmpty()) {
            refusal = slot.refusal(remote, !within);
        }
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (!(within ? slot.capabilities.local() : slot.capabilities.remote())) {
            return within ? "does no transfers within an agent" : "does not reach other agents";
        }
        return slot.backend.moves(operation, local, remote)
                ? ""
                : "does no " + operation + " between " + local + " and " + remote;
    }

    @Override
    public Cost cost(BackendSlot slot) {
        return Cost.unknown("that takes memory to move");
    }
}
