// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One range of memory to be registered: what an application hands to {@link Agent#register(MemoryRegion...)}, and what
 * reaches each backend.
 *
 * <p>An immutable value. It names memory and does not own it: the memory must outlive the registration. For a
 * {@link #of(MemorySegment) segment} the agent keeps the segment reachable while registered, and notices when its arena
 * is closed too early; for raw addresses nothing can be checked.
 *
 * @param kind what kind of memory this is
 * @param address virtual address, device address or storage offset, unsigned, in bytes
 * @param length bytes, unsigned; -1 (2^64 - 1) stands for all of a file, volume or object
 * @param device GPU ordinal, file, volume or key number; for host memory any number the application likes (0 usually)
 * @param segment the host memory itself, where there is one
 * @param metaInfo what the backend needs to find the storage: {@code rw:path} for a file, the key of an object; the bytes
 *     must not be changed afterwards
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are compared below, and are documented as not to be changed
public record MemoryRegion(
        MemoryKind kind,
        long address,
        long length,
        long device,
        @Nullable MemorySegment segment,
        byte[] metaInfo) {
    /** The length that stands for all of a file, volume or object. */
    public static final long WHOLE = -1L;

    private static final byte[] NONE = {};

    /** Checks the range, and turns a storage length of 0 into {@link #WHOLE} as native NIXL does. */
    public MemoryRegion {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(metaInfo, "metaInfo");
        if (kind.isStorage()) {
            length = length == 0 ? WHOLE : length;
        } else if (length <= 0) {
            throw Checks.invalid("a " + kind + " region needs a positive length, not " + length);
        }
        if (length != WHOLE) {
            Checks.range(address, length, 0);
        } else if (!kind.isStorage()) {
            throw Checks.invalid("only storage can be registered as a whole, not " + kind);
        }
    }

    /**
     * Host memory, device 0.
     *
     * @param segment native memory of a shared, automatic or global arena
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a heap segment or an empty one
     */
    public static MemoryRegion of(MemorySegment segment) {
        return of(segment, 0);
    }

    /**
     * Host memory under a device number of the application's choice, by which a peer can tell regions apart.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a heap segment or an empty one
     */
    public static MemoryRegion of(MemorySegment segment, long device) {
        long address = Checks.nativeAddress(segment, 0);
        return new MemoryRegion(MemoryKind.DRAM, address, segment.byteSize(), device, segment, NONE);
    }

    /** Memory known by address alone; it must stay valid until the registration is closed. */
    public static MemoryRegion raw(MemoryKind kind, long device, long address, long length) {
        return new MemoryRegion(kind, address, length, device, null, NONE);
    }

    /** Storage: {@code metaInfo} says where, as the backend defines it. The bytes are copied. */
    public static MemoryRegion storage(MemoryKind kind, long device, long offset, long length, byte[] metaInfo) {
        return new MemoryRegion(kind, offset, length, device, null, metaInfo.clone());
    }

    /** True when the range is all of a file, volume or object. */
    public boolean isWhole() {
        return length == WHOLE;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryRegion that
                && kind == that.kind
                && address == that.address
                && length == that.length
                && device == that.device
                && Objects.equals(segment, that.segment)
                && Arrays.equals(metaInfo, that.metaInfo);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, address, length, device);
    }

    @Override
    public String toString() {
        return kind + " " + (isWhole() ? "all" : length + " B") + " at 0x" + Long.toHexString(address)
                + (device == 0 ? "" : " on device " + device);
    }
}
