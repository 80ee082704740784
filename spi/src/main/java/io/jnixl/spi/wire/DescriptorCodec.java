// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors.Form;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of descriptor lists: type, kind, count, then either one record with all ranges or a record for each.
 */
final class DescriptorCodec {
    /** Address, length, device. */
    static final int RANGE_BYTES = 3 * Long.BYTES;

    private static final String TYPE_TAG = "nixlDList";
    private static final String KIND_TAG = "t";
    /** "Is sorted", one byte, written by 0.2.0 to 0.5.1: implied since. */
    private static final String OLD_FLAG_TAG = "s";

    private static final String COUNT_TAG = "n";
    /** Length and end of a record without a tag. */
    private static final int FRAME_BYTES = Long.BYTES + 1;

    private static final int HEAD_BYTES = TYPE_TAG.length()
            + Form.PLAIN.typeName().length()
            + KIND_TAG.length()
            + Integer.BYTES
            + COUNT_TAG.length()
            + Long.BYTES
            + 3 * FRAME_BYTES;

    private DescriptorCodec() {}

    static long encodedLength(WireDescriptors list, Form form) {
        long count = list.size();
        long frames = form == Form.WITH_BLOBS ? count : Math.min(count, 1);
        return HEAD_BYTES + count * RANGE_BYTES + frames * FRAME_BYTES + list.blobBytes();
    }

    static void write(WireDescriptors list, SerDesWriter writer, Form form) {
        if (form == Form.PLAIN && list.hasBlobs()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "the plain form has no place for " + list.blobBytes() + " blob bytes")
                    .remedy("write it WITH_BLOBS, or convert it to a DescriptorList first")
                    .build();
        }
        int count = list.size();
        writer.string(TYPE_TAG, form.typeName());
        writer.i32(KIND_TAG, list.kind().wireValue());
        writer.u64(COUNT_TAG, count);
        if (form == Form.WITH_BLOBS) {
            writeWithBlobs(list, writer);
        } else if (count > 0) {
            writePlain(list, writer);
        }
    }

    private static void writePlain(WireDescriptors list, SerDesWriter writer) {
        int count = list.size();
        writer.begin("", (long) RANGE_BYTES * count);
        for (int i = 0; i < count; i++) {
            writeRange(list, i, writer);
        }
        writer.end();
    }

    private static void writeWithBlobs(WireDescriptors list, SerDesWriter writer) {
        int count = list.size();
        for (int i = 0; i < count; i++) {
            writer.begin("", (long) RANGE_BYTES + list.blobLength(i));
            writeRange(list, i, writer);
            list.writeBlob(i, writer);
            writer.end();
        }
    }

    private static void writeRange(WireDescriptors list, int i, SerDesWriter writer) {
        writer.rawU64(list.address(i));
        writer.rawU64(list.length(i));
        writer.rawU64(list.device(i));
    }

    static WireDescriptors read(SerDesReader reader, Form form) {
        requireType(reader, form);
        MemoryKind kind = readKind(reader);
        if (reader.nextIs(OLD_FLAG_TAG)) {
            reader.beginFixed(OLD_FLAG_TAG, 1);
            reader.end(1);
        }
        int count = readCount(reader, form == Form.PLAIN ? RANGE_BYTES : RANGE_BYTES + FRAME_BYTES);
        return form == Form.PLAIN ? readPlain(reader, kind, count) : readWithBlobs(reader, kind, count);
    }

    private static void requireType(SerDesReader reader, Form form) {
        long start = reader.offset();
        byte[] expected = form.typeName().getBytes(StandardCharsets.US_ASCII);
        // The size first: a stranger's type string is not copied, whatever its length.
        reader.beginFixed(TYPE_TAG, expected.length);
        byte[] type = new byte[expected.length];
        reader.copy(reader.offset(), type, 0, type.length);
        if (!Arrays.equals(type, expected)) {
            throw reader.mismatch(start, "the descriptor list is not a " + form.typeName());
        }
        reader.end(expected.length);
    }

    private static MemoryKind readKind(SerDesReader reader) {
        long start = reader.offset();
        int value = reader.i32(KIND_TAG);
        if (value < 0 || value > MemoryKind.FILE.wireValue()) {
            throw reader.mismatch(start, "memory kind " + value + " is not one of 0 to " + MemoryKind.FILE.wireValue());
        }
        return MemoryKind.ofWireValue(value);
    }

    /** Refuses counts that the bytes left cannot hold, so that no allocation follows a number alone. */
    private static int readCount(SerDesReader reader, int bytesEach) {
        long start = reader.offset();
        long count = reader.u64(COUNT_TAG);
        long possible = Math.min(reader.remaining() / bytesEach, Integer.MAX_VALUE - 8);
        if (Long.compareUnsigned(count, possible) > 0) {
            throw reader.mismatch(
                    start,
                    Long.toUnsignedString(count) + " descriptors cannot lie in the " + reader.remaining()
                            + " bytes that are left");
        }
        return (int) count;
    }

    private static WireDescriptors readPlain(SerDesReader reader, MemoryKind kind, int count) {
        Columns columns = new Columns(kind, count);
        if (count > 0) {
            long length = (long) RANGE_BYTES * count;
            reader.beginFixed("", length);
            long payload = reader.offset();
            for (int i = 0; i < count; i++) {
                columns.take(reader, payload + (long) RANGE_BYTES * i, i);
            }
            reader.end(length);
        }
        return columns.finish(BlobColumn.NO_BYTES, null);
    }

    private static WireDescriptors readWithBlobs(SerDesReader reader, MemoryKind kind, int count) {
        int blobBytes = checkRecords(reader, count);
        Columns columns = new Columns(kind, count);
        byte[] blobs = new byte[blobBytes];
        int[] ends = new int[count];
        int end = 0;
        for (int i = 0; i < count; i++) {
            long length = reader.begin("");
            int blobLength = (int) (length - RANGE_BYTES);
            columns.take(reader, reader.offset(), i);
            reader.copy(reader.offset() + RANGE_BYTES, blobs, end, blobLength);
            end += blobLength;
            ends[i] = end;
            reader.end(length);
        }
        return columns.finish(blobs, ends);
    }

    /** A first pass over all records, which answers how many blob bytes there are and returns to the first record. */
    private static int checkRecords(SerDesReader reader, int count) {
        long first = reader.offset();
        long blobBytes = 0;
        for (int i = 0; i < count; i++) {
            long start = reader.offset();
            long length = reader.begin("");
            if (length < RANGE_BYTES) {
                throw reader.mismatch(
                        start, "descriptor " + i + " has " + length + " bytes, expected at least " + RANGE_BYTES);
            }
            blobBytes += length - RANGE_BYTES;
            reader.end(length);
        }
        if (blobBytes > Integer.MAX_VALUE - 8) {
            throw reader.mismatch(first, "the blobs of " + count + " descriptors add up to more than 2 GiB");
        }
        reader.rewind(first);
        return (int) blobBytes;
    }

    /** Whether a range ends past 2^64, where 2^64 itself is allowed and a storage object may be named as a whole. */
    static boolean endsPastAddressSpace(MemoryKind kind, long address, long length) {
        if (length == 0 || (length == -1L && kind.isStorage())) {
            return false;
        }
        return Long.compareUnsigned(address + (length - 1), address) < 0;
    }

    static String describePastEnd(long address, long length) {
        return "the range of " + Long.toUnsignedString(length) + " bytes at 0x" + Long.toHexString(address)
                + " ends past 2^64";
    }

    /** The numbers of a list that is being read. */
    private static final class Columns {
        private final MemoryKind kind;
        private final long[] addresses;
        private final long[] lengths;
        private final long[] devices;

        Columns(MemoryKind kind, int count) {
            this.kind = kind;
            addresses = new long[count];
            lengths = new long[count];
            devices = new long[count];
        }

        void take(SerDesReader reader, long offset, int i) {
            long address = reader.rawU64(offset);
            long length = reader.rawU64(offset + Long.BYTES);
            if (endsPastAddressSpace(kind, address, length)) {
                throw reader.mismatch(offset, "descriptor " + i + ": " + describePastEnd(address, length));
            }
            addresses[i] = address;
            lengths[i] = length;
            devices[i] = reader.rawU64(offset + 2L * Long.BYTES);
        }

        WireDescriptors finish(byte[] blobs, int @Nullable [] ends) {
            return new WireDescriptors(kind, addresses, lengths, devices, blobs, ends);
        }
    }
}
