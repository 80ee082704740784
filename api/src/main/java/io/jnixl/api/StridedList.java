// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A list of equal ranges at a constant distance: its size costs nothing. */
final class StridedList implements DescriptorList {
    private final MemoryKind kind;
    private final long device;
    private final long address;
    private final long length;
    private final long stride;
    private final int count;
    private final @Nullable String owner;

    StridedList(
            MemoryKind kind, long device, long address, long length, long stride, int count, @Nullable String owner) {
        this.kind = Objects.requireNonNull(kind, "kind");
        if (length < 0 || stride < 0 || count < 0) {
            throw Checks.invalid(
                    "length " + length + ", stride " + stride + " and count " + count + " must not be negative");
        }
        this.device = device;
        this.address = address;
        this.length = length;
        this.stride = stride;
        this.count = count;
        this.owner = owner;
        checkExtent();
    }

    private void checkExtent() {
        if (count == 0) {
            return;
        }
        if (Math.multiplyHigh(length, count) != 0 || length * count < 0) {
            throw Checks.invalid(count + " ranges of " + length + " bytes add up to more than 2^63 - 1 bytes");
        }
        long steps = stride * (count - 1L);
        boolean tooFar = Math.multiplyHigh(stride, count - 1L) != 0 || steps < 0 || steps + length < 0;
        if (tooFar || Checks.endOverflows(address, steps + length)) {
            throw Checks.invalid(count + " ranges of " + length + " bytes, " + stride + " bytes apart, starting at 0x"
                    + Long.toHexString(address) + " end past 2^64");
        }
    }

    @Override
    public MemoryKind kind() {
        return kind;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public long address(int index) {
        return address + stride * Checks.index(index, count);
    }

    @Override
    public long length(int index) {
        Checks.index(index, count);
        return length;
    }

    @Override
    public long device(int index) {
        Checks.index(index, count);
        return device;
    }

    @Override
    public @Nullable String owner() {
        return owner;
    }

    @Override
    public long totalBytes() {
        return length * count;
    }

    @Override
    public boolean isStrided() {
        return true;
    }

    @Override
    public DescriptorList select(int... indices) {
        return ColumnList.selectFrom(this, indices);
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
        return Lists.describe(this, LongStream.generate(() -> length).limit(count));
    }
}
