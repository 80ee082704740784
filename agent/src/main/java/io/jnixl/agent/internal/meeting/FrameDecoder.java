// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.ProtocolException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames: eight bytes of length, little-endian, then the payload. Room is made as bytes arrive,
 * never by what a length claims. Not thread-safe; one for each connection.
 */
public final class FrameDecoder implements AutoCloseable {
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Room for the first bytes of a payload. */
    private static final int FIRST_ROOM = 4096;

    private final Budget budget;
    private long limit;
    private final byte[] head = new byte[Long.BYTES];
    private int headBytes;
    private byte[] payload = new byte[0];
    private int payloadBytes;

    /** Of the payload; known when the head is whole. */
    private int length;

    /** Taken from the budget for the present payload. */
    private long taken;

    /** Takes frames of up to {@code limit} bytes, an array's length at most. */
    public FrameDecoder(long limit, Budget budget) {
        this.limit = limit;
        this.budget = budget;
    }

    /** Takes frames of up to this many bytes from the next one on. */
    void limit(long bytes) {
        limit = bytes;
    }

    /** Whether a frame has begun and is not whole. */
    public boolean isInFrame() {
        return headBytes > 0;
    }

    /**
     * Takes bytes up to the end of one frame at most; {@link #frame()} then says whether it is whole.
     *
     * @return where the bytes begin that were not taken
     * @throws ProtocolException when the frame is too large; nothing can follow it
     */
    public int feed(byte[] bytes, int from, int to) throws ProtocolException {
        int at = from;
        if (headBytes < head.length) {
            int some = Math.min(head.length - headBytes, to - at);
            System.arraycopy(bytes, at, head, headBytes, some);
            headBytes += some;
            at += some;
            if (headBytes < head.length) {
                return at;
            }
            length = checkedLength();
        }
        int some = Math.min(length - payloadBytes, to - at);
        makeRoom(some);
        System.arraycopy(bytes, at, payload, payloadBytes, some);
        payloadBytes += some;
        return at + some;
    }

    private int checkedLength() throws ProtocolException {
        long claimed = (long) U64.get(head, 0);
        if (Long.compareUnsigned(claimed, limit) > 0) {
            throw new ProtocolException(
                    "a frame of " + Long.toUnsignedString(claimed) + " bytes; at most " + limit + " are taken");
        }
        return (int) claimed;
    }

    private void makeRoom(int more) throws ProtocolException {
        long needed = (long) payloadBytes + more;
        if (needed <= payload.length) {
            return;
        }
        int room = (int) Math.min(length, Math.max(needed, Math.max(FIRST_ROOM, 2L * payload.length)));
        if (!budget.take(room - payload.length)) {
            throw new ProtocolException(
                    "no room for a frame of " + length + " bytes beside those of others: all may take " + budget.limit()
                            + " bytes, a quarter of the heap");
        }
        taken += room - payload.length;
        payload = Arrays.copyOf(payload, room);
    }

    /** The payload of the frame that is whole now, or null; {@link #release()} must follow. */
    public byte @Nullable [] frame() {
        return headBytes == head.length && payloadBytes == length ? payload : null;
    }

    /** Done with the frame: the next one may come. */
    public void release() {
        budget.giveBack(taken);
        taken = 0;
        payload = new byte[0];
        payloadBytes = 0;
        headBytes = 0;
    }

    /** Lets go of a frame that will never be whole. */
    @Override
    public void close() {
        release();
    }

    /** The frame of a payload that starts with this much and goes on with that. */
    static byte[] encode(byte[] start, byte[] rest) {
        byte[] frame = new byte[Long.BYTES + start.length + rest.length];
        U64.set(frame, 0, (long) start.length + rest.length);
        System.arraycopy(start, 0, frame, Long.BYTES, start.length);
        System.arraycopy(rest, 0, frame, Long.BYTES + start.length, rest.length);
        return frame;
    }
}
