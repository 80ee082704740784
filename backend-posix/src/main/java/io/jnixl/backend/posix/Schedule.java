// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import org.jspecify.annotations.Nullable;

/**
 * Which transfer gets the next free op: each in turn, so that a transfer of many descriptors keeps no other waiting for more
 * than one round. One thread at a time.
 */
final class Schedule {
    private final Fifo waiting = new Fifo();

    /** Transfers to finish, since nothing of theirs moves any more. */
    private final Fifo over = new Fifo();

    void add(PosixTransfer transfer) {
        transfer.scheduled = true;
        waiting.add(transfer);
    }

    /** Whether no transfer has anything to begin. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Puts the next part into the op; false when there is none. */
    boolean next(Op op) {
        return next(op, false);
    }

    /** The same, which leaves out transfers whose next part is a copy, if asked to: others go on meanwhile. */
    boolean next(Op op, boolean noCopies) {
        PosixTransfer leftOut = null;
        for (PosixTransfer t = poll(); t != null; t = poll()) {
            if (noCopies && t.hasMore() && t.isNextCopied()) {
                add(t);
                if (t == leftOut) {
                    return false; // once round
                }
                leftOut = leftOut == null ? t : leftOut;
            } else if (t.hasMore()) {
                t.begin(op);
                if (t.hasMore()) {
                    add(t);
                }
                return true;
            } else if (t.isOver()) {
                addOver(t);
            }
        }
        return false;
    }

    private @Nullable PosixTransfer poll() {
        PosixTransfer first = waiting.poll();
        if (first != null) {
            first.scheduled = false;
        }
        return first;
    }

    /**
     * Begins nothing more for anybody: those of which nothing moves are to be finished.
     *
     * @param cause what the engine died of; null when it is closed
     */
    void stopAll(@Nullable String cause) {
        for (PosixTransfer t = poll(); t != null; t = poll()) {
            t.stop(cause);
            if (t.isOver()) {
                addOver(t);
            }
        }
    }

    /** Adds one that has ended. */
    void addOver(PosixTransfer transfer) {
        transfer.moving = false;
        over.add(transfer);
    }

    /** Whether there is one to finish. */
    boolean hasOver() {
        return !over.isEmpty();
    }

    /** The next to finish; null when there is none. */
    @Nullable
    PosixTransfer pollOver() {
        return over.poll();
    }

    /** All that are to be finished, linked; null when there is none. */
    @Nullable
    PosixTransfer takeOver() {
        return over.takeAll();
    }
}
