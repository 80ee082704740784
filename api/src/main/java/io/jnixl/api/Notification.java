// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message that an agent sent: opaque bytes, possibly none, and the name the sender gave, which nobody has verified.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Notification {
    private final String from;
    private final byte[] payload;

    /** A notification with these bytes, which are copied. */
    public Notification(String from, byte[] payload) {
        this.from = Objects.requireNonNull(from, "from");
        this.payload = payload.clone();
    }

    /**
     * A notification with the bytes of a segment, which are copied; the segment is read during the call only.
     *
     * @throws IllegalStateException for more than 2 GiB, and for a segment that is closed
     */
    public Notification(String from, MemorySegment payload) {
        this.from = Objects.requireNonNull(from, "from");
        this.payload = payload.toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * A notification with some bytes of a segment, which are copied; the segment is read during the call only.
     *
     * @param offset of the first, in bytes
     * @param length how many
     * @throws IndexOutOfBoundsException when the segment does not have them
     * @throws IllegalStateException for a segment that is closed
     */
    public Notification(String from, MemorySegment memory, long offset, int length) {
        this.from = Objects.requireNonNull(from, "from");
        Objects.checkFromIndexSize(offset, length, memory.byteSize());
        this.payload = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, payload, 0, length);
    }

    /** The sender's name. */
    public String from() {
        return from;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return payload.clone();
    }

    /** Number of bytes. */
    public int size() {
        return payload.length;
    }

    /** The bytes as UTF-8; what is not UTF-8 is replaced. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Notification that && from.equals(that.from) && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * from.hashCode() + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        return "Notification from " + from + ", " + payload.length + " B";
    }
}
