// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The life of a transfer in one atomic word: generation of the post, flags, status. Every change is one compare-and-set, so
 * that poster, completer, canceller and closer need no lock and never see half a change.
 *
 * <p>A transfer is idle when no flag is set. {@link #OWNED}: the backend may touch the memory. {@link #INSIDE}: a poster or
 * canceller is inside a call to the backend, so nobody may start another or free anything; whoever leaves last settles the
 * post. {@link #ABANDONED}: the post was given up; its status is final, and once nobody is inside, this is the quarantine
 * that the backend's report ends.
 */
final class TransferState {
    static final int INSIDE = 1;
    static final int OWNED = 2;
    static final int ABANDONED = 4;
    static final int SELECTING = 8;
    static final int CLOSED = 16;

    /** Answer when there was nothing to end or to give up. */
    static final long NOTHING = -1;

    private static final Status[] STATUSES = Status.values();
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(TransferState.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word = pack(0, 0, Status.NOT_POSTED);

    @SuppressWarnings("EnumOrdinal") // within this process only
    private static long pack(long generation, int flags, Status status) {
        return generation << 16 | (long) flags << 8 | status.ordinal();
    }

    static long generation(long word) {
        return word >>> 16;
    }

    static int flags(long word) {
        return (int) (word >>> 8) & 0xff;
    }

    static boolean has(long word, int flag) {
        return (flags(word) & flag) != 0;
    }

    static Status status(long word) {
        return STATUSES[(int) word & 0xff];
    }

    /** What users see: a result that the one inside has not taken over yet still counts as in progress. */
    static Status visible(long word) {
        return (flags(word) & (INSIDE | OWNED | ABANDONED)) == INSIDE ? Status.IN_PROGRESS : status(word);
    }

    long word() {
        return word;
    }

    Status visible() {
        return visible(word);
    }

    /** Of the last post; 0 before the first. */
    long generation() {
        return generation(word);
    }

    /** Whether a post runs that nobody has given up: what is told of another one concerns nobody. */
    boolean isWanted() {
        return (flags(word) & (OWNED | ABANDONED)) == OWNED;
    }

    private boolean change(long from, long to) {
        return WORD.compareAndSet(this, from, to);
    }

    /** Takes the transfer for a post; false when it is busy or closed. */
    boolean beginPost() {
        long now = word;
        return flags(now) == 0 && change(now, pack(generation(now) + 1, INSIDE | OWNED, Status.IN_PROGRESS));
    }

    /** Takes the transfer for changing what it will post; false when it is busy or closed. */
    boolean beginSelect() {
        long now = word;
        return flags(now) == 0 && change(now, pack(generation(now), SELECTING, status(now)));
    }

    void endSelect() {
        long now = word;
        word = pack(generation(now), 0, status(now)); // nobody else changes the word while SELECTING
    }

    /**
     * The poster or canceller comes out of the backend, which may own the memory still.
     *
     * @return the word before; where it has {@link #OWNED}, the backend will report, else the caller settles the post
     */
    long leave() {
        while (true) {
            long now = word;
            int flags = has(now, OWNED) ? flags(now) & ~INSIDE : 0;
            if (change(now, pack(generation(now), flags, status(now)))) {
                return now;
            }
        }
    }

    /**
     * As {@link #leave()}, for the poster: where the post was given up meanwhile and the backend owns the memory, nothing
     * changes and the poster, still inside, has to tell the backend before it leaves.
     */
    long leaveUnlessAbandoned() {
        while (true) {
            long now = word;
            if (has(now, OWNED) && has(now, ABANDONED)) {
                return now;
            }
            if (change(now, pack(generation(now), has(now, OWNED) ? OWNED : 0, status(now)))) {
                return now;
            }
        }
    }

    /**
     * The poster comes out of the backend with the end.
     *
     * @return the word before, which tells whether the post had been given up; the caller settles the post
     */
    long leaveEnded(Status status) {
        while (true) {
            long now = word;
            if (change(now, pack(generation(now), 0, has(now, ABANDONED) ? status(now) : status))) {
                return now;
            }
        }
    }

    /**
     * The backend reports the end.
     *
     * @return the word before; where it lacks {@link #INSIDE}, the caller settles the post. {@link #NOTHING} when no post
     *     was waiting for a report
     */
    long complete(Status status) {
        while (true) {
            long now = word;
            if (!has(now, OWNED)) {
                return NOTHING;
            }
            int flags = has(now, INSIDE) ? flags(now) & ~OWNED : 0;
            if (change(now, pack(generation(now), flags, has(now, ABANDONED) ? status(now) : status))) {
                return now;
            }
        }
    }

    /**
     * Gives up the post of this generation, if it still runs.
     *
     * @return the word before; where it lacks {@link #INSIDE}, the caller is inside now: it tells the backend and leaves.
     *     {@link #NOTHING} when there was nothing to give up
     */
    long abandon(long generation, Status status) {
        while (true) {
            long now = word;
            if (generation(now) != generation || !has(now, OWNED) || has(now, ABANDONED)) {
                return NOTHING;
            }
            if (change(now, pack(generation, flags(now) | INSIDE | ABANDONED, status))) {
                return now;
            }
        }
    }

    /** Ends the transfer for good; false when it is busy, or closed already. */
    boolean close() {
        long now = word;
        return flags(now) == 0 && change(now, pack(generation(now), CLOSED, status(now)));
    }

    /** Whether a post of this generation still may touch memory. */
    static boolean isBusy(long word) {
        return (flags(word) & (INSIDE | OWNED)) != 0;
    }
}
