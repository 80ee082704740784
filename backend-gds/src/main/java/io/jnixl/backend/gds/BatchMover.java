// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.LongAdder;

/**
 * Moves with a {@link Batch}: as many reads and writes as a load has, submitted together; those that come back short are submitted
 * again when all have. A batch holds one transfer, so that it can be cancelled without harm to others.
 */
final class BatchMover implements Mover {
    private static final System.Logger LOG = System.getLogger(BatchMover.class.getName());

    /** How long to wait after a cancel, from event to event, before the batch is given up: cuFile may tell no end of what it cancels. */
    static final long QUIET_NANOS = 10_000_000_000L;

    /** In case cuFile comes back at once with nothing, which its documentation does not rule out. */
    private static final long PAUSE_NANOS = 50_000;

    /** How long to wait in all while cuFile has no room for the batch. */
    private static final long FULL_NANOS = 10_000_000_000L;

    /** Likewise while it makes no new batch, in the place of one that was given up. */
    private static final long SET_UP_NANOS = 1_000_000_000;

    /** How long to wait for the end of what a batch does that is given up; of one that was refused it is likely that it does nothing. */
    private static final long GIVE_UP_NANOS = 1_000_000_000;

    private static final long REFUSED_NANOS = 100_000_000;

    private final Batch batch;
    private final LongAdder fullWaits;
    private final long quietNanos;

    /** So that a library that never tells is logged once and not for each batch. */
    private boolean warned;

    private BatchMover(Batch batch, LongAdder fullWaits, long quietNanos) {
        this.batch = batch;
        this.fullWaits = fullWaits;
        this.quietNanos = quietNanos;
    }

    /**
     * Sets a batch up.
     *
     * @param arena outlives it
     * @param fullWaits counts how often cuFile had no room
     * @param quietNanos how long a batch that was cancelled may tell of no end
     */
    static BatchMover open(String backend, int room, Arena arena, LongAdder fullWaits, long quietNanos) {
        Batch batch = new Batch(room, arena);
        long error = batch.setUp();
        if (CuFileError.code(error) != 0) {
            throw CuFileError.failed(
                    backend, ErrorCode.BACKEND, "cuFile sets up no batch of " + room + " reads and writes", error);
        }
        return new BatchMover(batch, fullWaits, quietNanos);
    }

    @Override
    public int room() {
        return batch.room();
    }

    @Override
    public void move(Load load) {
        while (load.hasOpen()) {
            if (load.transfer().isStopped()) {
                load.fail(Fault.CUT_SHORT);
                return;
            }
            long error = round(load);
            if (CuFileError.code(error) != 0) {
                load.fail(error);
            } else if (load.isRetried()) {
                Pause.nanos(Pause.RETRY_NANOS);
            }
        }
    }

    /** Submits what is left and waits for its end; answers 0, or why what is still left is to be given up. */
    private long round(Load load) {
        long error = setUp(load);
        if (CuFileError.code(error) != 0) {
            return error;
        }
        error = submit(load, batch.prepare(load));
        if (CuFileError.code(error) != 0) {
            var _ = abandon(load, error, REFUSED_NANOS); // most likely there was nothing to end
            return error;
        }
        error = reap(load);
        if (CuFileError.code(error) != 0) {
            giveUp(load, error);
        }
        return error;
    }

    /** Tries for a while: cuFile may not have all of a batch back yet that was just given up. */
    private long setUp(Load load) {
        long error = batch.setUp();
        if (CuFileError.code(error) == 0) {
            return 0;
        }
        long start = System.nanoTime();
        while (CuFileError.code(error) != 0 && System.nanoTime() - start < SET_UP_NANOS) {
            if (load.transfer().isStopped()) {
                return Fault.CUT_SHORT;
            }
            Pause.nanos(Pause.RETRY_NANOS);
            error = batch.setUp();
        }
        return error;
    }

    /** Waits while cuFile has no room for another batch. */
    private long submit(Load load, int requests) {
        long error = batch.submit(requests);
        if (CuFileError.code(error) != CuFileError.BATCH_FULL) {
            return error;
        }
        long start = System.nanoTime();
        while (CuFileError.code(error) == CuFileError.BATCH_FULL && System.nanoTime() - start < FULL_NANOS) {
            if (load.transfer().isStopped()) {
                return Fault.CUT_SHORT;
            }
            fullWaits.increment();
            Pause.nanos(Pause.RETRY_NANOS);
            error = batch.submit(requests);
        }
        return error;
    }

    /** Waits until all have ended; answers 0, or why that is not to be found out. */
    private long reap(Load load) {
        boolean cancelSent = false;
        long lastSign = 0;
        while (batch.isFlying()) {
            int ended = batch.take(load, load.transfer().isStopped() ? Fault.CUT_SHORT : Fault.CANCELED);
            if (ended < 0) {
                return batch.error();
            }
            if (!batch.isFlying()) {
                return 0;
            }
            if (!cancelSent && load.transfer().isStopped()) {
                cancelSent = true;
                batch.cancel();
                lastSign = System.nanoTime();
            }
            if (ended == 0) {
                if (cancelSent && System.nanoTime() - lastSign > quietNanos) {
                    return Fault.CUT_SHORT;
                }
                Pause.nanos(PAUSE_NANOS);
            } else if (cancelSent) {
                lastSign = System.nanoTime();
            }
        }
        return 0;
    }

    /**
     * Gives up a batch whose state is not known: has cuFile cancel it and waits for the ends of what it may still be doing, from one to
     * the next for at most so long. What has not ended then is left to cuFile, which has to end it when the batch is destroyed. One
     * of which cuFile has taken nothing is as good as before, and kept.
     *
     * @return whether all have ended
     */
    private boolean abandon(Load load, long why, long nanos) {
        if (!batch.isFlying()) {
            return true;
        }
        batch.cancel();
        long lastSign = System.nanoTime();
        while (batch.isFlying() && System.nanoTime() - lastSign < nanos) {
            if (batch.take(load, why) > 0) {
                lastSign = System.nanoTime();
            } else {
                Pause.nanos(PAUSE_NANOS);
            }
        }
        boolean ended = !batch.isFlying();
        batch.destroy();
        return ended;
    }

    private void giveUp(Load load, long why) {
        if (!abandon(load, why, GIVE_UP_NANOS)) {
            warn(why);
        }
    }

    private void warn(long why) {
        if (!warned) {
            warned = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cuFile does not tell the end of a batch that was cancelled; the batch is destroyed, which must end it: {0}",
                    why == Fault.CUT_SHORT ? "its transfer has ended" : CuFileError.text(why));
        }
    }

    @Override
    public void giveUp(Load load) {
        giveUp(load, Fault.CUT_SHORT);
    }

    @Override
    public void close() {
        batch.destroy();
    }
}
