// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * One of cuFile's batches: as many reads and writes as a load has, submitted together; those that come back short are submitted
 * again when all have. A batch holds one transfer, so that it can be cancelled without harm to others.
 */
final class BatchMover implements Mover {
    private static final MemorySegment MEMORY = NativeCalls.memory();

    /** How long to wait in cuFile before looking whether the transfer was stopped: it cannot be woken there. */
    private static final long LOOK_NANOS = 10_000_000;

    /** In case cuFile comes back at once with nothing, which its documentation does not rule out. */
    private static final long PAUSE_NANOS = 50_000;

    /** How long to wait between two tries while cuFile has no room for the batch, and for how long in all. */
    private static final long FULL_NANOS = 1_000_000;

    private static final int FULL_TRIES = 10_000;

    private final int room;
    private final LongAdder fullWaits;
    private final long params;
    private final long events;
    private final long count;
    private final long timeout;
    private final MemorySegment handle;

    /** cuFile's pointer; 0 when it has to be made anew. */
    private long batch;

    private BatchMover(int room, Arena arena, LongAdder fullWaits) {
        this.room = room;
        this.fullWaits = fullWaits;
        params = arena.allocate((long) room * CuFileNative.PARAMS_SIZE, Long.BYTES)
                .address();
        events = arena.allocate((long) room * CuFileNative.EVENT_SIZE, Long.BYTES)
                .address();
        count = arena.allocate(JAVA_INT).address();
        handle = arena.allocate(JAVA_LONG);
        MemorySegment time = arena.allocate(CuFileNative.TIME_SIZE, Long.BYTES);
        time.set(JAVA_LONG, CuFileNative.TIME_NANOS, LOOK_NANOS);
        timeout = time.address();
    }

    /**
     * Sets a batch up.
     *
     * @param arena outlives it
     * @param fullWaits counts how often cuFile had no room
     */
    static BatchMover open(String backend, int room, Arena arena, LongAdder fullWaits) {
        BatchMover mover = new BatchMover(room, arena, fullWaits);
        long error = mover.setUp();
        if (CuFileError.code(error) != 0) {
            throw CuFileError.failed(
                    backend, ErrorCode.BACKEND, "cuFile sets up no batch of " + room + " reads and writes", error);
        }
        return mover;
    }

    private long setUp() {
        if (batch != 0) {
            return 0;
        }
        long error = CuFileNative.batchSetUp(handle, room);
        batch = CuFileError.code(error) == 0 ? handle.get(JAVA_LONG, 0) : 0;
        return error;
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public void move(Load load) {
        while (load.hasOpen()) {
            if (load.transfer().isStopped()) {
                load.fail(Fault.CUT_SHORT);
                return;
            }
            long error = setUp();
            int flying = CuFileError.code(error) == 0 ? prepare(load) : 0;
            error = flying > 0 ? submit(load, flying) : error;
            if (CuFileError.code(error) == 0) {
                error = reap(load, flying);
            }
            if (CuFileError.code(error) != 0) {
                abandon();
                load.fail(error);
            }
        }
    }

    /** Writes down what is left; answers how many reads and writes that is. */
    private int prepare(Load load) {
        int n = 0;
        for (int i = 0; i < load.count(); i++) {
            Piece piece = load.piece(i);
            if (!piece.isOpen()) {
                continue;
            }
            long at = params + (long) n * CuFileNative.PARAMS_SIZE;
            MEMORY.set(JAVA_INT, at + CuFileNative.PARAMS_MODE, CuFileNative.MODE_BATCH);
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_BASE, piece.base());
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_FILE_OFFSET, piece.fileOffset());
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_BUFFER_OFFSET, piece.bufferOffset());
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_BYTES, piece.length());
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_HANDLE, piece.handle());
            MEMORY.set(
                    JAVA_INT,
                    at + CuFileNative.PARAMS_OPCODE,
                    piece.isWrite() ? CuFileNative.OPCODE_WRITE : CuFileNative.OPCODE_READ);
            MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_COOKIE, (long) i);
            piece.fly();
            n++;
        }
        return n;
    }

    /** Waits while cuFile has no room for another batch. */
    private long submit(Load load, int flying) {
        long error = CuFileNative.batchSubmit(batch, flying, params);
        for (int tries = 1;
                CuFileError.code(error) == CuFileError.BATCH_FULL
                        && tries < FULL_TRIES
                        && !load.transfer().isStopped();
                tries++) {
            fullWaits.increment();
            LockSupport.parkNanos(FULL_NANOS);
            error = CuFileNative.batchSubmit(batch, flying, params);
        }
        boolean stopped = CuFileError.code(error) == CuFileError.BATCH_FULL
                && load.transfer().isStopped();
        return stopped ? Fault.CUT_SHORT : error;
    }

    /** Waits until all have ended; answers 0, or why that is not to be found out. */
    private long reap(Load load, int submitted) {
        int flying = submitted;
        boolean cancelSent = false;
        while (flying > 0) {
            MEMORY.set(JAVA_INT, count, room);
            long error = CuFileNative.batchStatus(batch, 1, count, events, timeout);
            if (CuFileError.code(error) != 0) {
                return error;
            }
            int told = Math.clamp(MEMORY.get(JAVA_INT, count), 0, room);
            for (int n = 0; n < told; n++) {
                flying -= take(load, events + (long) n * CuFileNative.EVENT_SIZE);
            }
            if (flying > 0 && !cancelSent && load.transfer().isStopped()) {
                cancelSent = true;
                var _ = CuFileNative.batchCancel(batch); // what cannot be cancelled ends as it would have
            }
            if (told == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return 0;
    }

    /** Takes an event, which may be of no use; answers how many ended with it. */
    private static int take(Load load, long event) {
        long cookie = MEMORY.get(JAVA_LONG, event + CuFileNative.EVENT_COOKIE);
        int status = MEMORY.get(JAVA_INT, event + CuFileNative.EVENT_STATUS);
        if (cookie < 0 || cookie >= load.count() || !load.piece((int) cookie).isFlying()) {
            return 0;
        }
        Piece piece = load.piece((int) cookie);
        long result = MEMORY.get(JAVA_LONG, event + CuFileNative.EVENT_RESULT);
        switch (status) {
            case CuFileNative.STATUS_WAITING, CuFileNative.STATUS_PENDING -> {
                return 0;
            }
            case CuFileNative.STATUS_COMPLETE -> load.transfer().moved(piece.answer(result));
            case CuFileNative.STATUS_CANCELED ->
                piece.fail(load.transfer().isStopped() ? Fault.CUT_SHORT : Fault.CANCELED);
            case CuFileNative.STATUS_TIMEOUT -> piece.fail(Fault.TIMEOUT);
            case CuFileNative.STATUS_INVALID -> piece.fail(Fault.of(result, Fault.INVALID));
            default -> piece.fail(Fault.of(result, Fault.FAILED));
        }
        return 1;
    }

    /** Gives a batch up whose state is not known, and with it what it may still be doing. */
    private void abandon() {
        if (batch != 0) {
            var _ = CuFileNative.batchCancel(batch);
            CuFileNative.batchDestroy(batch);
            batch = 0;
        }
    }

    @Override
    public void close() {
        if (batch != 0) {
            CuFileNative.batchDestroy(batch);
            batch = 0;
        }
    }
}
