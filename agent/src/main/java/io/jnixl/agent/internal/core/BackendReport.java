// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.BackendStatistics;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendDetails;
import java.util.Collection;

/** Puts together what the agent counted of a backend and what that says of itself. */
final class BackendReport {
    private BackendReport() {}

    static BackendStatistics of(BackendSlot slot, Collection<TransferImpl> transfers) {
        TransferCounts sum = new TransferCounts();
        sum.add(slot.retired);
        int open = 0;
        int inFlight = 0;
        for (TransferImpl transfer : transfers) {
            Mover mover = transfer.mover();
            if (mover.plan.slot() == slot) {
                sum.add(mover.counts);
                open++;
                inFlight += transfer.isInFlight() ? 1 : 0;
            }
        }
        BackendDetails details = details(slot);
        return new BackendStatistics(
                slot.name,
                sum.posts(),
                sum.bytes(),
                sum.doneBytes(),
                sum.failures(),
                inFlight,
                open,
                details.counters(),
                details.traits(),
                details.lanes());
    }

    private static BackendDetails details(BackendSlot slot) {
        try {
            return slot.backend.details();
        } catch (RuntimeException e) {
            throw NixlException.of(ErrorCode.BACKEND, "the backend does not tell of itself: " + e.getMessage())
                    .backend(slot.name)
                    .cause(e)
                    .build();
        }
    }
}
