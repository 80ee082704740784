// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A batch of cuFile's, with the memory that requests and events are written into. Errors are as of {@link CuFileError}. One thread. */
final class Batch {
    private static final MemorySegment MEMORY = NativeCalls.memory();

    /** How long to wait in cuFile before looking whether the transfer was stopped: it cannot be woken there. */
    private static final long LOOK_NANOS = 10_000_000;

    private final int room;
    private final long params;
    private final long events;
    private final long count;
    private final long timeout;
    private final MemorySegment handle;

    /** cuFile's pointer; 0 when it has to be made anew. */
    private long batch;

    /** Requests that cuFile has and has not told the end of. */
    private int flying;

    private long error;

    /** Made without cuFile's part, which {@link #setUp} makes. */
    Batch(int room, Arena arena) {
        this.room = room;
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

    int room() {
        return room;
    }

    /** Makes it, unless it is there. */
    long setUp() {
        if (batch != 0) {
            return 0;
        }
        long result = CuFileNative.batchSetUp(handle, room);
        batch = CuFileError.code(result) == 0 ? handle.get(JAVA_LONG, 0) : 0;
        return result;
    }

    /** Writes down what is left of a load, to {@link #submit} it; answers how many requests that is. */
    int prepare(Load load) {
        int n = 0;
        for (int i = 0; i < load.count(); i++) {
            Piece piece = load.piece(i);
            if (piece.isOpen()) {
                write(params + (long) n * CuFileNative.PARAMS_SIZE, piece, i);
                piece.fly();
                n++;
            }
        }
        return n;
    }

    private static void write(long at, Piece piece, long cookie) {
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
        MEMORY.set(JAVA_LONG, at + CuFileNative.PARAMS_COOKIE, cookie);
    }

    /** Gives cuFile so many requests. After an error other than {@link CuFileError#BATCH_FULL} it may have taken some. */
    long submit(int requests) {
        long result = CuFileNative.batchSubmit(batch, requests, params);
        flying = CuFileError.code(result) == CuFileError.BATCH_FULL ? 0 : requests;
        return result;
    }

    /** Whether cuFile may have requests whose end it has not told. */
    boolean isFlying() {
        return flying > 0;
    }

    /** Asks cuFile to give up what it has; what cannot be cancelled ends as it would have. */
    void cancel() {
        var _ = CuFileNative.batchCancel(batch);
    }

    /**
     * Waits a moment for ends, and has the load's pieces know of theirs.
     *
     * @param canceled why a piece failed that cuFile has cancelled
     * @return how many have ended; -1 when cuFile does not say, and {@link #error} says why
     */
    int take(Load load, long canceled) {
        MEMORY.set(JAVA_INT, count, room);
        error = CuFileNative.batchStatus(batch, 1, count, events, timeout);
        if (CuFileError.code(error) != 0) {
            return -1;
        }
        int told = Math.clamp(MEMORY.get(JAVA_INT, count), 0, room);
        int ended = 0;
        for (int n = 0; n < told; n++) {
            ended += take(load, events + (long) n * CuFileNative.EVENT_SIZE, canceled);
        }
        flying -= ended;
        return ended;
    }

    /** Of the last {@link #take}. */
    long error() {
        return error;
    }

    /** Takes an event, which may be of no use; answers how many ended with it. */
    private static int take(Load load, long event, long canceled) {
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
            case CuFileNative.STATUS_CANCELED -> piece.fail(canceled);
            case CuFileNative.STATUS_TIMEOUT -> piece.fail(Fault.TIMEOUT);
            case CuFileNative.STATUS_INVALID -> piece.fail(Fault.of(result, Fault.INVALID));
            default -> piece.fail(Fault.of(result, Fault.FAILED));
        }
        return 1;
    }

    /** Frees cuFile's part, if it is there. */
    void destroy() {
        if (batch != 0) {
            CuFileNative.batchDestroy(batch);
            batch = 0;
            flying = 0;
        }
    }
}
