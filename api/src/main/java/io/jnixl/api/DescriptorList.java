// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of ranges of one memory kind, held as primitive columns: no object per entry, whatever the size.
 *
 * <p>Immutable and thread-safe. A list only names memory: it neither owns it nor keeps it alive; whether the ranges lie
 * in registered memory is checked when the list is prepared. Order has meaning: entry <i>i</i> of a local list is paired
 * with entry <i>i</i> of the remote one.
 *
 * <p>Addresses, lengths and devices mean what the {@link MemoryKind} says; they are unsigned 64-bit numbers as in native
 * NIXL, in bytes.
 *
 * @since 0.1
 */
public sealed interface DescriptorList permits ColumnList, StridedList {

    /** The kind of all entries. */
    MemoryKind kind();

    /** The number of entries. */
    int size();

    /** Address of an entry, in bytes; for storage, the offset. */
    long address(int index);

    /** Length of an entry in bytes. */
    long length(int index);

    /** Device of an entry: GPU ordinal, file or volume number; 0 for host memory unless chosen otherwise. */
    long device(int index);

    /**
     * The agent whose memory this list names, when the list was made from a {@link RemoteRegion} or a {@link FileRegion};
     * null for a list of plain addresses.
     */
    @Nullable
    String owner();

    /** Sum of all lengths in bytes. */
    long totalBytes();

    /** Whether all entries have one length, one device and one distance: the list then takes no memory per entry. */
    boolean isStrided();

    /**
     * The entries with these indices, in this order; an index may occur more than once.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an index out of range
     */
    DescriptorList select(int... indices);

    /** True when there is no entry. */
    default boolean isEmpty() {
        return size() == 0;
    }

    /** Position of the first entry with exactly these values, or -1; linear. */
    default int indexOf(long address, long length, long device) {
        for (int i = 0; i < size(); i++) {
            if (address(i) == address && length(i) == length && device(i) == device) {
                return i;
            }
        }
        return -1;
    }

    /**
     * One entry per segment: DRAM, device 0.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a heap segment, naming its index
     */
    static DescriptorList of(MemorySegment... segments) {
        long[] addresses = new long[segments.length];
        long[] lengths = new long[segments.length];
        for (int i = 0; i < segments.length; i++) {
            addresses[i] = Checks.nativeAddress(segments[i], i);
            lengths[i] = segments[i].byteSize();
        }
        return new ColumnList(MemoryKind.DRAM, addresses, lengths, null, 0, null);
    }

    /**
     * The whole blocks of a segment, one behind the other: three numbers, however many blocks. A rest shorter than a block
     * is left out.
     *
     * @param blockBytes length of a block in bytes, positive
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a heap segment, a block length that is not positive
     *     or longer than the segment, or more than {@link Integer#MAX_VALUE} blocks
     */
    static DescriptorList blocks(MemorySegment segment, long blockBytes) {
        return blocks(MemoryKind.DRAM, 0, Checks.nativeAddress(segment, 0), segment.byteSize(), blockBytes, null);
    }

    /**
     * Entries of one length at a constant distance: three numbers, however many entries.
     *
     * @param address where the first entry starts
     * @param length bytes of each entry, positive
     * @param stride distance in bytes from one start to the next, not negative; may be smaller than {@code length}
     * @param count number of entries
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a value out of range, or an end past 2^64
     */
    static DescriptorList strided(MemoryKind kind, long device, long address, long length, long stride, int count) {
        return new StridedList(kind, device, address, length, stride, count, null);
    }

    /**
     * Entries given by their columns, which are copied; one device for all.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when the columns differ in length, a length is negative,
     *     or a range ends past 2^64; the message names the entry
     */
    static DescriptorList of(MemoryKind kind, long device, long[] addresses, long[] lengths) {
        return new ColumnList(kind, addresses.clone(), lengths.clone(), null, device, null);
    }

    /**
     * As {@link #of(MemoryKind, long, long[], long[])}, with a device for each entry.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} as there
     */
    static DescriptorList of(MemoryKind kind, long[] devices, long[] addresses, long[] lengths) {
        return new ColumnList(kind, addresses.clone(), lengths.clone(), devices.clone(), 0, null);
    }

    /**
     * The blocks of a paged memory that a block table names, in its order: entry <i>i</i> starts at {@code address +
     * table[i] * blockBytes}.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a negative block number, naming its index
     */
    static DescriptorList blockTable(MemoryKind kind, long device, long address, long blockBytes, int[] table) {
        return ColumnList.ofTable(kind, device, address, blockBytes, table);
    }

    /** An empty list; useful as "everything" where a method says so, refused where bytes would have to move. */
    static DescriptorList empty(MemoryKind kind) {
        return new ColumnList(kind, new long[0], new long[0], null, 0, null);
    }

    /** The whole blocks of a range, for regions of any kind and owner. */
    static DescriptorList blocks(
            MemoryKind kind, long device, long address, long length, long blockBytes, @Nullable String owner) {
        if (blockBytes <= 0 || blockBytes > length) {
            throw Checks.invalid(
                    "block length " + blockBytes + " must be between 1 and the " + length + " bytes there are");
        }
        long count = length / blockBytes;
        if (count > Integer.MAX_VALUE) {
            throw Checks.invalid(length + " bytes hold " + count + " blocks of " + blockBytes
                    + ", more than a list can (" + Integer.MAX_VALUE + ")");
        }
        return new StridedList(kind, device, address, blockBytes, blockBytes, (int) count, owner);
    }

    /** One range of any kind and owner. */
    static DescriptorList range(MemoryKind kind, long device, long address, long length, @Nullable String owner) {
        return new StridedList(kind, device, address, length, length, 1, owner);
    }
}
