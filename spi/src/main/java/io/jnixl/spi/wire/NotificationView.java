// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A window on a notification where it lies, for a backend's thread that receives: it is moved from message to message and
 * allocates nothing. {@link WireNotification} is the record for all other uses; both read the same format.
 *
 * <p>Not thread-safe. It keeps the memory that it looks at reachable until it looks elsewhere.
 *
 * @since 0.1
 */
public final class NotificationView {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final byte[] BEFORE_NAME = (SerDesWriter.HEADER + "name").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BETWEEN = "|msg".getBytes(StandardCharsets.US_ASCII);

    /** What comes before the name, as two numbers that overlap, to be compared at once. */
    private static final int SECOND_HALF = BEFORE_NAME.length - Long.BYTES;

    private static final long FIRST_BYTES = MemorySegment.ofArray(BEFORE_NAME).get(U64, 0);
    private static final long LAST_BYTES = MemorySegment.ofArray(BEFORE_NAME).get(U64, SECOND_HALF);
    private static final int BETWEEN_BYTES = MemorySegment.ofArray(BETWEEN).get(U32, 0);

    private MemorySegment memory = MemorySegment.NULL;
    private long end;
    private long nameOffset;
    private int nameLength;
    private long payloadOffset;
    private int payloadLength;

    /** Looks at nothing yet. */
    public NotificationView() {}

    /**
     * Looks at a message; bytes behind it are ignored.
     *
     * @param where the memory that holds it
     * @param offset of its first byte
     * @param length in bytes
     * @return false when the bytes are malformed, the name is empty, or a part is longer than 2 GiB; nothing else may be
     *     asked then
     */
    public boolean lookAt(MemorySegment where, long offset, long length) {
        memory = where;
        end = offset + length;
        if (length < BEFORE_NAME.length
                || memory.get(U64, offset) != FIRST_BYTES
                || memory.get(U64, offset + SECOND_HALF) != LAST_BYTES) {
            return false;
        }
        nameOffset = offset + BEFORE_NAME.length + Long.BYTES;
        nameLength = lengthBefore(nameOffset);
        if (nameLength <= 0) {
            return false;
        }
        long between = nameOffset + nameLength;
        payloadOffset = between + BETWEEN.length + Long.BYTES;
        if (end - between < BETWEEN.length || memory.get(U32, between) != BETWEEN_BYTES) {
            return false;
        }
        payloadLength = lengthBefore(payloadOffset);
        return payloadLength >= 0
                && memory.get(ValueLayout.JAVA_BYTE, payloadOffset + payloadLength) == SerDesWriter.END;
    }

    /** The length that is written before these bytes; negative when they and the bar behind them are not all there. */
    private int lengthBefore(long at) {
        if (end - at < 1) {
            return -1;
        }
        long length = memory.get(U64, at - Long.BYTES);
        return length < 0 || length > Integer.MAX_VALUE || length > end - at - 1 ? -1 : (int) length;
    }

    /** Where the sender's name starts in the memory; UTF-8 by convention, not checked. */
    public long nameOffset() {
        return nameOffset;
    }

    /** Bytes of the sender's name; positive. */
    public int nameLength() {
        return nameLength;
    }

    /** Where the payload starts in the memory. */
    public long payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of the payload. */
    public int payloadLength() {
        return payloadLength;
    }
}
