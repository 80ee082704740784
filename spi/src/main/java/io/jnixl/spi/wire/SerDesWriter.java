// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes native NIXL's record format ({@code nixlSerDes}): the eleven bytes {@code nixlSerDes|}, then records of tag, length
 * (unsigned 64 bits, little-endian), payload and {@code |}. Reading needs the same tags in the same order: they carry
 * neither length nor type.
 *
 * <p>Grows on the heap. Not thread-safe; never blocks.
 *
 * @since 0.1
 */
public final class SerDesWriter {
    static final String HEADER = "nixlSerDes|";
    static final byte END = '|';
    static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle I32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The longest array that every JVM can make. */
    private static final int LIMIT = Integer.MAX_VALUE - 8;

    private byte[] buffer;
    private int size;

    /** A blob with its header and no record. */
    public SerDesWriter() {
        this(256);
    }

    /**
     * As {@link #SerDesWriter()}, with room for this many bytes before it has to grow.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for more than an array can hold
     */
    public SerDesWriter(long capacity) {
        if (capacity < 0 || capacity > LIMIT) {
            throw tooLong(capacity);
        }
        buffer = new byte[Math.max((int) capacity, HEADER.length())];
        ascii(HEADER);
    }

    /**
     * Appends text as UTF-8.
     *
     * @param tag ASCII, possibly empty; the reader has to know it
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for text that UTF-8 cannot express (half of a surrogate
     *     pair), or when the blob grows past 2 GiB
     */
    public SerDesWriter string(String tag, String value) {
        return bytes(tag, Utf8.encode("the text of record \"" + tag + "\"", value));
    }

    /**
     * Appends bytes, any and any number.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when the blob grows past 2 GiB
     */
    public SerDesWriter bytes(String tag, byte[] value) {
        begin(tag, value.length);
        raw(value, 0, value.length);
        return end();
    }

    /** Appends an unsigned 64-bit number; see {@link #bytes(String, byte[])}. */
    public SerDesWriter u64(String tag, long value) {
        begin(tag, Long.BYTES);
        rawU64(value);
        return end();
    }

    /** Appends a signed 32-bit number; see {@link #bytes(String, byte[])}. */
    public SerDesWriter i32(String tag, int value) {
        begin(tag, Integer.BYTES);
        I32.set(buffer, size, value);
        size += Integer.BYTES;
        return end();
    }

    /** Bytes written, the header among them. */
    public int size() {
        return size;
    }

    /** A copy of all that was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** Writes tag and length, and makes room for the payload, of which exactly this many bytes must follow. */
    void begin(String tag, long length) {
        ensure(tag.length() + Long.BYTES + length + 1);
        ascii(tag);
        rawU64(length);
    }

    void rawU64(long value) {
        U64.set(buffer, size, value);
        size += Long.BYTES;
    }

    void raw(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, buffer, size, length);
        size += length;
    }

    SerDesWriter end() {
        buffer[size++] = END;
        return this;
    }

    private void ascii(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        raw(ascii, 0, ascii.length);
    }

    private void ensure(long more) {
        long needed = size + more;
        if (needed > LIMIT) {
            throw tooLong(needed);
        }
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(LIMIT, Math.max(needed, buffer.length * 2L)));
        }
    }

    private static NixlException tooLong(long bytes) {
        return NixlException.of(
                        ErrorCode.INVALID_PARAM, "a blob of " + bytes + " bytes does not fit an array of " + LIMIT)
                .remedy("publish or serialize fewer descriptors at a time")
                .build();
    }
}
