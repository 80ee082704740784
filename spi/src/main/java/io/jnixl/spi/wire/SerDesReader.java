// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Reads native NIXL's record format, which {@link SerDesWriter} describes, from bytes that nobody vouches for.
 *
 * <p>Each read names the tag it expects, checks tag, length and end of the record before it takes anything, and fails with
 * {@link ErrorCode#MISMATCH}, saying where, what was expected and what was found. A failed read leaves the position where
 * it was. Lengths are unsigned. The byte that ends a record is compared; bytes behind the last record are nobody's business.
 *
 * <p>The bytes must not change while they are read: what was checked would no longer hold. Not thread-safe; never blocks.
 *
 * @since 0.1
 */
public final class SerDesReader {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BYTES_SHOWN = 8;

    /** The longest array that every JVM can make. */
    private static final long ARRAY_LIMIT = Integer.MAX_VALUE - 8;

    private final MemorySegment bytes;
    private final long size;
    private long position;

    /**
     * Starts behind the header.
     *
     * @param bytes the whole blob; not copied
     * @throws NixlException with {@link ErrorCode#MISMATCH} when it does not start with {@code nixlSerDes|}
     */
    public SerDesReader(byte[] bytes) {
        this(MemorySegment.ofArray(bytes));
    }

    /**
     * As {@link #SerDesReader(byte[])}, over a segment, which must stay alive while it is read and be accessible to the
     * reading thread.
     */
    public SerDesReader(MemorySegment bytes) {
        this.bytes = bytes;
        this.size = bytes.byteSize();
        requireHeader();
    }

    private void requireHeader() {
        if (!matches(SerDesWriter.HEADER)) {
            throw mismatch(0, "expected the header \"" + SerDesWriter.HEADER + "\", found " + found(0));
        }
        position = SerDesWriter.HEADER.length();
    }

    /** Where the next record starts, in bytes from the start of the blob. */
    public long offset() {
        return position;
    }

    /** Bytes behind {@link #offset()}. */
    public long remaining() {
        return size - position;
    }

    /** Whether the next bytes are those of this tag; says nothing of the record behind them. */
    public boolean nextIs(String tag) {
        return matches(tag);
    }

    /**
     * Takes the next record without copying it.
     *
     * @param tag ASCII, possibly empty
     * @return a view of the payload, as long-lived as the blob
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the record is not there whole or has another tag
     */
    public MemorySegment slice(String tag) {
        long length = begin(tag);
        MemorySegment payload = bytes.asSlice(position, length);
        end(length);
        return payload;
    }

    /**
     * Takes the next record as an array of its own.
     *
     * @throws NixlException as {@link #slice(String)}, and for a payload longer than an array can be
     */
    public byte[] bytes(String tag) {
        long start = position;
        long length = begin(tag);
        if (length > ARRAY_LIMIT) {
            position = start;
            throw mismatch(start, "record \"" + tag + "\" of " + length + " bytes does not fit an array");
        }
        byte[] copy = new byte[(int) length];
        copy(position, copy, 0, copy.length);
        end(length);
        return copy;
    }

    /**
     * Takes the next record as text.
     *
     * @throws NixlException as {@link #bytes(String)}, and for what is not well-formed UTF-8
     */
    public String string(String tag) {
        long start = position;
        String text = Utf8.decode(bytes(tag));
        if (text == null) {
            position = start;
            throw mismatch(start, "the text of record \"" + tag + "\" is not well-formed UTF-8");
        }
        return text;
    }

    /**
     * Takes the next record as an unsigned 64-bit number.
     *
     * @throws NixlException as {@link #slice(String)}, and when its length is not 8
     */
    public long u64(String tag) {
        beginFixed(tag, Long.BYTES);
        long value = bytes.get(U64, position);
        end(Long.BYTES);
        return value;
    }

    /**
     * Takes the next record as a signed 32-bit number.
     *
     * @throws NixlException as {@link #slice(String)}, and when its length is not 4
     */
    public int i32(String tag) {
        beginFixed(tag, Integer.BYTES);
        int value = bytes.get(I32, position);
        end(Integer.BYTES);
        return value;
    }

    /** Checks the next record whole and moves to its payload, whose length is the answer; {@link #end} must follow. */
    long begin(String tag) {
        long start = position;
        long payload = start + tag.length() + Long.BYTES;
        if (!matches(tag)) {
            throw mismatch(start, "expected tag \"" + tag + "\", found " + found(start));
        }
        if (payload >= size) {
            throw mismatch(
                    start, "record \"" + tag + "\" is cut off before its payload: " + remaining() + " bytes left");
        }
        long length = bytes.get(U64, payload - Long.BYTES);
        // At least one byte is left here, so the subtraction cannot wrap, and the unsigned comparison covers 2^63 and
        // more.
        if (Long.compareUnsigned(length, size - payload - 1) > 0) {
            throw mismatch(
                    start,
                    "record \"" + tag + "\" claims " + Long.toUnsignedString(length) + " bytes, but only "
                            + (size - payload - 1) + " can follow");
        }
        if (bytes.get(ValueLayout.JAVA_BYTE, payload + length) != SerDesWriter.END) {
            throw mismatch(
                    payload + length,
                    "expected '|' after " + length + " bytes of record \"" + tag + "\", found "
                            + found(payload + length));
        }
        position = payload;
        return length;
    }

    /** Moves behind a record whose payload starts at the position. */
    void end(long length) {
        position += length + 1;
    }

    void beginFixed(String tag, long expected) {
        long start = position;
        long length = begin(tag);
        if (length != expected) {
            position = start;
            throw mismatch(start, "record \"" + tag + "\" has " + length + " bytes, expected " + expected);
        }
    }

    /** Returns to a place that {@link #offset()} named. */
    void rewind(long offset) {
        position = offset;
    }

    /** A number inside a payload that {@link #begin} has checked. */
    long rawU64(long offset) {
        return bytes.get(U64, offset);
    }

    void copy(long offset, byte[] to, int toOffset, int length) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, to, toOffset, length);
    }

    NixlException mismatch(long offset, String message) {
        return new NixlException(ErrorCode.MISMATCH, message + ", at offset " + offset + " of " + size);
    }

    private boolean matches(String tag) {
        if (remaining() < tag.length()) {
            return false;
        }
        for (int i = 0; i < tag.length(); i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, position + i) != tag.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** At most eight bytes in hexadecimal: they are a stranger's, and go into logs. */
    private String found(long offset) {
        int shown = (int) Math.min(BYTES_SHOWN, size - offset);
        if (shown <= 0) {
            return "the end";
        }
        byte[] part = new byte[shown];
        copy(offset, part, 0, shown);
        return HexFormat.of().formatHex(part) + (shown < size - offset ? ".." : "");
    }
}
