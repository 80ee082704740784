// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import org.jspecify.annotations.Nullable;

/**
 * Which transfer gets the next free thread: each in turn, so that a transfer of many descriptors keeps no other waiting for more
 * than one round. One thread at a time.
 */
final class Schedule {
    /** Each has something to begin. */
    private final Fifo waiting = new Fifo();

    /** Transfers to finish after {@link #stopAll}, since nothing of theirs moves any more. */
    private final Fifo over = new Fifo();

    void add(GdsTransfer transfer) {
        transfer.scheduled = true;
        waiting.add(transfer);
    }

    /** Whether no transfer has anything to begin. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Fills a load with what is next; false when there is nothing. */
    boolean next(Load load) {
        GdsTransfer next = poll();
        if (next == null) {
            return false;
        }
        next.begin(load);
        if (next.hasMore()) {
            add(next);
        }
        return true;
    }

    /** Begins nothing more for a transfer. */
    void remove(GdsTransfer transfer) {
        if (transfer.scheduled) {
            transfer.scheduled = false;
            waiting.remove(transfer);
        }
    }

    private @Nullable GdsTransfer poll() {
        GdsTransfer first = waiting.poll();
        if (first != null) {
            first.scheduled = false;
        }
        return first;
    }

    /**
     * Begins nothing more for anybody: those of which nothing moves are to be finished.
     *
     * @param cause what the threads died of; null when they are closed
     */
    void stopAll(@Nullable String cause) {
        for (GdsTransfer t = poll(); t != null; t = poll()) {
            t.stop(cause);
            if (t.isOver()) {
                over.add(t);
            }
        }
    }

    /** The next to finish; null when there is none. */
    @Nullable
    GdsTransfer pollOver() {
        return over.poll();
    }
}
