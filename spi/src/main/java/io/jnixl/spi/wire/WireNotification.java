// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A notification: the sender's name and opaque bytes. The record is for the control path; for the hot path there are an
 * encoder that writes into memory of the caller's ({@link #encode(MemorySegment, byte[], MemorySegment, int)}) and views of
 * what came in ({@link #nameView}, {@link #payloadView}).
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the sender's name, not empty; nobody has verified it
 * @param payload the bytes, possibly none; copied in and out
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // copied and compared below
public record WireNotification(String name, byte[] payload) {
    private static final String NAME_TAG = "name";
    private static final String PAYLOAD_TAG = "msg";
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final byte[] BEFORE_NAME = (SerDesWriter.HEADER + NAME_TAG).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_NAME = ("|" + PAYLOAD_TAG).getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = BEFORE_NAME.length + AFTER_NAME.length + 2 * Long.BYTES + 1;

    /**
     * Copies.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a name that is empty or that UTF-8 cannot express
     */
    public WireNotification {
        Utf8.requireName("the sender's name", name);
        payload = payload.clone();
    }

    /** A copy of the bytes. */
    @Override
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * The bytes that native agents read.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for more than 2 GiB
     */
    public byte[] encode() {
        return new SerDesWriter((long) FIXED_BYTES + payload.length + name.length())
                .string(NAME_TAG, name)
                .bytes(PAYLOAD_TAG, payload)
                .toByteArray();
    }

    /**
     * Reads a notification; bytes behind it are ignored.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for malformed bytes and for an empty name, which no agent has
     */
    public static WireNotification decode(byte[] bytes) {
        return decode(MemorySegment.ofArray(bytes));
    }

    /** As {@link #decode(byte[])}, from a segment, which is read during the call only. */
    public static WireNotification decode(MemorySegment bytes) {
        SerDesReader reader = new SerDesReader(bytes);
        long start = reader.offset();
        String name = reader.string(NAME_TAG);
        if (name.isEmpty()) {
            throw reader.mismatch(start, "the sender's name is empty");
        }
        return new WireNotification(name, reader.bytes(PAYLOAD_TAG));
    }

    /**
     * The sender's name within encoded bytes, not copied: to be compared with the bytes of known names before a string is
     * made. The bytes must not change while they are looked at. Not checked to be UTF-8.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for malformed bytes and for an empty name
     */
    public static MemorySegment nameView(MemorySegment bytes) {
        return nameView(new SerDesReader(bytes));
    }

    /**
     * The payload within encoded bytes, not copied.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for malformed bytes and for an empty name
     */
    public static MemorySegment payloadView(MemorySegment bytes) {
        SerDesReader reader = new SerDesReader(bytes);
        nameView(reader);
        return reader.slice(PAYLOAD_TAG);
    }

    private static MemorySegment nameView(SerDesReader reader) {
        long start = reader.offset();
        MemorySegment name = reader.slice(NAME_TAG);
        if (name.byteSize() == 0) {
            throw reader.mismatch(start, "the sender's name is empty");
        }
        return name;
    }

    /**
     * Length of an encoded notification, in bytes. Allocates nothing.
     *
     * @param nameBytes the sender's name as UTF-8
     * @param payloadLength bytes of the message
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a negative length or more than 2 GiB in all
     */
    public static int encodedLength(byte[] nameBytes, int payloadLength) {
        long length = (long) FIXED_BYTES + nameBytes.length + payloadLength;
        if (payloadLength < 0 || length > Integer.MAX_VALUE) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "a notification of " + payloadLength + " bytes is not between 0 and 2 GiB with its frame");
        }
        return (int) length;
    }

    /**
     * Encodes into memory of the caller's, from its start. Allocates nothing.
     *
     * @param to receives {@link #encodedLength} bytes
     * @param nameBytes the sender's name as UTF-8, not empty
     * @param payload the message, from its start; must not overlap {@code to}
     * @param length bytes of the message
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when something does not fit; nothing is written then
     */
    public static void encode(MemorySegment to, byte[] nameBytes, MemorySegment payload, int length) {
        int needed = encodedLength(nameBytes, length);
        if (to.byteSize() < needed || payload.byteSize() < length) {
            throw doesNotFit(to, needed, payload, length);
        }
        long at = put(to, 0, BEFORE_NAME);
        to.set(U64, at, nameBytes.length);
        at = put(to, at + Long.BYTES, nameBytes);
        put(to, at, AFTER_NAME);
        encodePayload(to, nameBytes, payload, length);
    }

    /**
     * Encodes another payload over one that was encoded with the same name into the same memory, whose first part is still as
     * {@link #encode(MemorySegment, byte[], MemorySegment, int)} left it. Allocates nothing.
     *
     * @param to receives {@link #encodedLength} bytes
     * @param nameBytes the sender's name as UTF-8, that of before
     * @param payload the message, from its start; must not overlap {@code to}
     * @param length bytes of the message
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when something does not fit; nothing is written then
     */
    public static void encodePayload(MemorySegment to, byte[] nameBytes, MemorySegment payload, int length) {
        int needed = encodedLength(nameBytes, length);
        if (to.byteSize() < needed || payload.byteSize() < length) {
            throw doesNotFit(to, needed, payload, length);
        }
        long at = (long) BEFORE_NAME.length + Long.BYTES + nameBytes.length + AFTER_NAME.length;
        to.set(U64, at, length);
        at += Long.BYTES;
        MemorySegment.copy(payload, 0, to, at, length);
        to.set(ValueLayout.JAVA_BYTE, at + length, SerDesWriter.END);
    }

    private static long put(MemorySegment to, long at, byte[] bytes) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, bytes.length);
        return at + bytes.length;
    }

    private static NixlException doesNotFit(MemorySegment to, int needed, MemorySegment payload, int length) {
        return new NixlException(
                ErrorCode.INVALID_PARAM,
                "a notification of " + length + " bytes needs " + needed
                        + " bytes to be written to, of which there are " + to.byteSize()
                        + ", and a message as long, which has " + payload.byteSize());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WireNotification that && name.equals(that.name) && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
        return "WireNotification from " + name + ", " + payload.length + " B";
    }
}
