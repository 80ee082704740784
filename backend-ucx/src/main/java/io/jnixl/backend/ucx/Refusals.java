// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/**
 * For how long UCX has refused to be armed while nothing happened. It does so for as long as messages wait for room at a peer:
 * one that is busy and will make room, or one that is stopped or dead, for which a processor must not be kept busy. The worker's
 * thread only.
 */
final class Refusals {
    /** For so long a peer may be busy: longer than it takes to post many thousands. */
    private static final long LONG_NANOS = 1_000_000;

    /** How long nobody posts or polls before it is asked why: a worker that is busy is refused as well. */
    private static final long QUIET_NANOS = 2_000_000;

    /** How long it is not asked at the most. */
    private static final long LONGEST_UNSEEN_NANOS = 10_000_000_000L;

    private boolean last;
    private boolean isLong;
    private long since;
    private long quietSince;
    private long askedSince;
    private long seenUses;

    /** Whether the last try was refused. */
    boolean isLast() {
        return last;
    }

    /** Something happened, or UCX was armed. */
    void none() {
        last = false;
        isLong = false;
    }

    /**
     * One more.
     *
     * @param uses how often somebody posted or polled so far
     */
    void add(long uses) {
        long now = System.nanoTime();
        if (!last) {
            last = true;
            since = now;
            askedSince = now;
        }
        if (since == now || uses != seenUses) {
            seenUses = uses;
            quietSince = now;
        }
        isLong = now - since > LONG_NANOS;
    }

    /** Whether to wait for time to pass. */
    boolean isLong() {
        return isLong;
    }

    /** Whether to ask for the cause: nobody uses the worker, or it has not been asked for long. */
    boolean isStrange() {
        long now = System.nanoTime();
        boolean strange = isLong && (now - quietSince > QUIET_NANOS || now - askedSince > LONGEST_UNSEEN_NANOS);
        if (strange) {
            askedSince = now;
        }
        return strange;
    }
}
