// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.function.Function;

/**
 * Wanted: who moves bytes between these lists.
 *
 * @param notifies whether it has to send notifications
 * @param costs how long each would take
 */
record ListDemand(
        Operation operation,
        PreparedImpl localList,
        PreparedImpl remoteList,
        LivePeer livePeer,
        Amount amount,
        boolean notifies,
        Function<BackendSlot, Cost> costs)
        implements Demand {

    @Override
    public MemoryKind local() {
        return localList.list().kind();
    }

    @Override
    public MemoryKind remote() {
        return remoteList.list().kind();
    }

    @Override
    public String peer() {
        return livePeer.name();
    }

    @Override
    public Routes routes() {
        return livePeer.routes;
    }

    @Override
    public Contests contests() {
        return livePeer.contests;
    }

    @Override
    public String obstacle(BackendSlot slot) {
        if (notifies && !slot.capabilities.notifications()) {
            return "sends no notifications";
        }
        if (localList.resolution(slot) == null) {
            return localList.reason(slot);
        }
        if (remoteList.resolution(slot) == null) {
            return remoteList.reason(slot);
        }
        return slot.backend.moves(operation, local(), remote()) ? "" : doesNot();
    }

    private String doesNot() {
        return "does no " + operation + " between " + local() + " and " + remote();
    }

    @Override
    public Cost cost(BackendSlot slot) {
        return costs.apply(slot);
    }
}
