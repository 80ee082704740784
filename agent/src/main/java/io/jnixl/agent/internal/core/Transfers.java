// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** The transfers of one agent that are not closed. */
final class Transfers {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final String agentName;
    private final DeadlineWatch deadlines;
    private final Set<TransferImpl> open = ConcurrentHashMap.newKeySet();

    Transfers(String agentName, DeadlineWatch deadlines) {
        this.agentName = agentName;
        this.deadlines = deadlines;
    }

    void add(TransferImpl transfer) {
        open.add(transfer);
        if (transfer.plan().isWatched()) {
            deadlines.add(transfer);
        }
    }

    /** It is closed: what it has moved counts for its backend from now on. */
    void remove(TransferImpl transfer) {
        open.remove(transfer);
        deadlines.remove(transfer);
        transfer.mover().retire();
    }

    Collection<TransferImpl> all() {
        return Collections.unmodifiableSet(open);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Gives up all that runs and closes them; those whose backends keep the memory beyond the deadline stay open. */
    void close(long deadline) {
        open.forEach(t -> t.abandon(Status.CANCELED));
        List<TransferImpl> left = new ArrayList<>();
        for (TransferImpl transfer : open) {
            if (!transfer.closeWithin(Math.max(0, deadline - System.nanoTime()))) {
                left.add(transfer);
            }
        }
        if (!left.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: transfers that still run are left to their backends: {1}",
                    agentName,
                    FirstFew.of(left));
        }
        awaitClosers(deadline);
    }

    /** Another thread may be closing a transfer just now; its backend must be there until that is done. */
    private void awaitClosers(long deadline) {
        while (open.stream().anyMatch(TransferImpl::isClosed) && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(100_000);
        }
    }
}
