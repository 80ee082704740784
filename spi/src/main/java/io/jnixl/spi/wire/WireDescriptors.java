// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor list as it travels: ranges of one memory kind, each with bytes of the backend's, in columns; no object per
 * entry, whatever the size.
 *
 * <p>Numbers are unsigned 64-bit, in bytes, and mean what the {@link MemoryKind} says; a length of 2^64 - 1 (-1) is all of a
 * file, volume or object. Unlike in a {@link DescriptorList}, lengths of 2^63 and more are possible.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class WireDescriptors {

    /**
     * The two formats, which native NIXL tells apart by a type string.
     *
     * @since 0.1
     */
    public enum Form {
        /** Ranges alone, in one record: transfer lists. */
        PLAIN("nixlBDList"),
        /** A record for each range, with bytes behind it: metadata and registration lists. */
        WITH_BLOBS("nixlSDList");

        private final String typeName;

        Form(String typeName) {
            this.typeName = typeName;
        }

        /** Native NIXL's type string. */
        public String typeName() {
            return typeName;
        }
    }

    private final MemoryKind kind;
    private final long[] addresses;
    private final long[] lengths;
    private final long[] devices;
    private final byte[] blobs;
    /** Entry i's bytes are those from {@code blobEnds[i - 1]} to {@code blobEnds[i]}; null: there are none anywhere. */
    private final int @Nullable [] blobEnds;

    /** Takes the arrays as they are. */
    WireDescriptors(
            MemoryKind kind,
            long[] addresses,
            long[] lengths,
            long[] devices,
            byte[] blobs,
            int @Nullable [] blobEnds) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.addresses = addresses;
        this.lengths = lengths;
        this.devices = devices;
        this.blobs = blobs;
        this.blobEnds = blobs.length == 0 ? null : blobEnds;
    }

    /**
     * A list given by its columns, which are copied.
     *
     * @param blobs the backend's bytes for each entry; none for a list of plain ranges
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when the columns differ in length, a range ends past 2^64
     *     (naming its index), or the blobs add up to more than 2 GiB
     */
    public static WireDescriptors of(
            MemoryKind kind, long[] addresses, long[] lengths, long[] devices, byte[]... blobs) {
        int count = addresses.length;
        boolean sameLength =
                lengths.length == count && devices.length == count && (blobs.length == 0 || blobs.length == count);
        if (!sameLength) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "columns differ in length: " + count + " addresses, " + lengths.length + " lengths, "
                            + devices.length + " devices, " + blobs.length + " blobs");
        }
        for (int i = 0; i < count; i++) {
            if (DescriptorCodec.endsPastAddressSpace(kind, addresses[i], lengths[i])) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM, DescriptorCodec.describePastEnd(addresses[i], lengths[i]))
                        .descriptor(i)
                        .build();
            }
        }
        BlobColumn column = BlobColumn.of(blobs);
        return new WireDescriptors(
                kind, addresses.clone(), lengths.clone(), devices.clone(), column.bytes(), column.ends());
    }

    /** The ranges of a transfer list, without blobs. */
    public static WireDescriptors of(DescriptorList list) {
        int count = list.size();
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        long[] devices = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = list.address(i);
            lengths[i] = list.length(i);
            devices[i] = list.device(i);
        }
        return new WireDescriptors(list.kind(), addresses, lengths, devices, BlobColumn.NO_BYTES, null);
    }

    /** The kind of all entries. */
    public MemoryKind kind() {
        return kind;
    }

    /** The number of entries. */
    public int size() {
        return addresses.length;
    }

    /** Address of an entry, in bytes; for storage, the offset. Unsigned. */
    public long address(int index) {
        return addresses[check(index)];
    }

    /** Length of an entry in bytes, unsigned; {@link io.jnixl.api.MemoryRegion#WHOLE} for all of a storage object. */
    public long length(int index) {
        return lengths[check(index)];
    }

    /** Device of an entry: GPU ordinal, file or volume number. Unsigned. */
    public long device(int index) {
        return devices[check(index)];
    }

    /** A copy of an entry's bytes, possibly none: what the backend published for it, such as a packed remote key. */
    public byte[] blob(int index) {
        int start = blobStart(check(index));
        return Arrays.copyOfRange(blobs, start, start + blobLength(index));
    }

    /** Number of an entry's bytes. */
    public int blobLength(int index) {
        check(index);
        return blobEnds == null ? 0 : blobEnds[index] - blobStart(index);
    }

    /** Whether the entries ascend by device, address, length (all unsigned), as native NIXL keeps them in metadata. */
    public boolean isSorted() {
        return DescriptorOrder.isSorted(this);
    }

    /** The same entries, ascending by device, address, length; equal ones keep their order. This list, if it is sorted. */
    public WireDescriptors sorted() {
        return isSorted() ? this : pick(DescriptorOrder.sortedIndices(this));
    }

    private WireDescriptors pick(int[] indices) {
        int count = indices.length;
        long[] pickedAddresses = new long[count];
        long[] pickedLengths = new long[count];
        long[] pickedDevices = new long[count];
        int[] ends = new int[count];
        byte[] bytes = new byte[blobs.length];
        int end = 0;
        for (int i = 0; i < count; i++) {
            int from = indices[i];
            pickedAddresses[i] = addresses[from];
            pickedLengths[i] = lengths[from];
            pickedDevices[i] = devices[from];
            int length = blobLength(from);
            System.arraycopy(blobs, blobStart(from), bytes, end, length);
            end += length;
            ends[i] = end;
        }
        return new WireDescriptors(kind, pickedAddresses, pickedLengths, pickedDevices, bytes, ends);
    }

    /**
     * The ranges as a transfer list; blobs are left out.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM}, naming the entry, for a length of 2^63 or more, and when
     *     the lengths add up to as much
     */
    public DescriptorList toDescriptorList() {
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM,
                                "a length of " + Long.toUnsignedString(lengths[i])
                                        + " bytes is too much for a transfer list")
                        .descriptor(i)
                        .remedy("name the part to be moved; 2^64 - 1 stands for all of a file, which only registers")
                        .build();
            }
        }
        return DescriptorList.of(kind, devices, addresses, lengths);
    }

    /** Length of what {@link #write} appends, in bytes. */
    public long encodedLength(Form form) {
        return DescriptorCodec.encodedLength(this, form);
    }

    /**
     * A blob of its own with this list, in its order.
     *
     * @throws NixlException as {@link #write}
     */
    public byte[] encode(Form form) {
        SerDesWriter writer = new SerDesWriter(SerDesWriter.HEADER.length() + encodedLength(form));
        write(writer, form);
        return writer.toByteArray();
    }

    /**
     * Appends this list, in its order, to a blob.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for blobs in the plain form, which has no place for them,
     *     and when the blob grows past 2 GiB
     */
    public void write(SerDesWriter writer, Form form) {
        DescriptorCodec.write(this, writer, form);
    }

    /**
     * The list that a blob holds; bytes behind it are ignored.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} as {@link #read}
     */
    public static WireDescriptors decode(byte[] bytes, Form form) {
        return read(new SerDesReader(bytes), form);
    }

    /**
     * Takes a list out of a blob. Nothing is allocated before all of it has been checked.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for another form, an unknown memory kind, fields that are missing
     *     or of the wrong size, fewer entries than the count says, an entry shorter than 24 bytes, or a range that ends past
     *     2^64
     */
    public static WireDescriptors read(SerDesReader reader, Form form) {
        return DescriptorCodec.read(reader, form);
    }

    /** A transfer list as native NIXL's Python and Rust programs exchange it. */
    public static byte[] encode(DescriptorList list) {
        return of(list).encode(Form.PLAIN);
    }

    /**
     * The transfer list in such bytes; it has no owner.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for malformed bytes, {@link ErrorCode#INVALID_PARAM} for lengths
     *     that are too much for a transfer list
     */
    public static DescriptorList decode(byte[] bytes) {
        return decode(bytes, Form.PLAIN).toDescriptorList();
    }

    boolean hasBlobs() {
        return blobEnds != null;
    }

    int blobBytes() {
        return blobs.length;
    }

    void writeBlob(int index, SerDesWriter writer) {
        writer.raw(blobs, blobStart(index), blobLength(index));
    }

    private int blobStart(int index) {
        return blobEnds == null || index == 0 ? 0 : blobEnds[index - 1];
    }

    private int check(int index) {
        if (index < 0 || index >= addresses.length) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, "index " + index + " is not in a list of " + addresses.length)
                    .descriptor(index)
                    .build();
        }
        return index;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WireDescriptors that
                && kind == that.kind
                && Arrays.equals(addresses, that.addresses)
                && Arrays.equals(lengths, that.lengths)
                && Arrays.equals(devices, that.devices)
                && Arrays.equals(blobEnds, that.blobEnds)
                && Arrays.equals(blobs, that.blobs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, Arrays.hashCode(addresses), Arrays.hashCode(lengths), Arrays.hashCode(devices));
    }

    @Override
    public String toString() {
        return kind + "[" + addresses.length + "]" + (hasBlobs() ? " + " + blobs.length + " B" : "");
    }
}
