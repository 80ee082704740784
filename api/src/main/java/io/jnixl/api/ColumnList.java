// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A list with a column of addresses and one of lengths; the devices are a column or one number. */
final class ColumnList implements DescriptorList {
    private final MemoryKind kind;
    private final long[] addresses;
    private final long[] lengths;
    private final long @Nullable [] devices;
    private final long device;
    private final @Nullable String owner;
    private final long totalBytes;

    /** Takes the arrays as they are: callers hand over copies. */
    ColumnList(
            MemoryKind kind,
            long[] addresses,
            long[] lengths,
            long @Nullable [] devices,
            long device,
            @Nullable String owner) {
        if (addresses.length != lengths.length || (devices != null && devices.length != addresses.length)) {
            throw Checks.invalid("columns differ in length: " + addresses.length + " addresses, " + lengths.length
                    + " lengths" + (devices == null ? "" : ", " + devices.length + " devices"));
        }
        this.kind = java.util.Objects.requireNonNull(kind, "kind");
        this.addresses = addresses;
        this.lengths = lengths;
        this.devices = devices;
        this.device = device;
        this.owner = owner;
        this.totalBytes = sumChecked();
    }

    private long sumChecked() {
        long sum = 0;
        for (int i = 0; i < lengths.length; i++) {
            Checks.range(addresses[i], lengths[i], i);
            sum += lengths[i];
            if (sum < 0) {
                throw Checks.invalid("the lengths add up to more than 2^63 - 1 bytes at descriptor " + i);
            }
        }
        return sum;
    }

    static ColumnList ofTable(MemoryKind kind, long device, long address, long blockBytes, int[] table) {
        if (blockBytes <= 0) {
            throw Checks.invalid("block length " + blockBytes + " must be positive");
        }
        long[] addresses = new long[table.length];
        long[] lengths = new long[table.length];
        for (int i = 0; i < table.length; i++) {
            if (table[i] < 0) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "block number " + table[i] + " is negative")
                        .descriptor(i)
                        .build();
            }
            long offset = Math.multiplyHigh(table[i], blockBytes) == 0 ? table[i] * blockBytes : -1;
            if (offset < 0 || Long.compareUnsigned(address + offset, address) < 0) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "block number " + table[i] + " lies past 2^64")
                        .descriptor(i)
                        .build();
            }
            addresses[i] = address + offset;
            lengths[i] = blockBytes;
        }
        return new ColumnList(kind, addresses, lengths, null, device, null);
    }

    @Override
    public MemoryKind kind() {
        return kind;
    }

    @Override
    public int size() {
        return addresses.length;
    }

    @Override
    public long address(int index) {
        return addresses[Checks.index(index, addresses.length)];
    }

    @Override
    public long length(int index) {
        return lengths[Checks.index(index, lengths.length)];
    }

    @Override
    public long device(int index) {
        Checks.index(index, addresses.length);
        return devices == null ? device : devices[index];
    }

    @Override
    public @Nullable String owner() {
        return owner;
    }

    @Override
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public boolean isStrided() {
        return addresses.length == 1;
    }

    @Override
    public DescriptorList select(int... indices) {
        return selectFrom(this, indices);
    }

    static ColumnList selectFrom(DescriptorList list, int[] indices) {
        long[] addresses = new long[indices.length];
        long[] lengths = new long[indices.length];
        long[] devices = new long[indices.length];
        for (int i = 0; i < indices.length; i++) {
            int from = Checks.index(indices[i], list.size());
            addresses[i] = list.address(from);
            lengths[i] = list.length(from);
            devices[i] = list.device(from);
        }
        return new ColumnList(list.kind(), addresses, lengths, devices, 0, list.owner());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DescriptorList list && Lists.equal(this, list);
    }

    @Override
    public int hashCode() {
        return Lists.hash(this);
    }

    @Override
    public String toString() {
        return Lists.describe(this, Arrays.stream(lengths));
    }
}
