// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;

/** Host memory. */
final class DramRegion extends Region {
    /** Never started: stands for "some other thread" when a segment is asked who may use it. */
    private static final Thread ANYONE = Thread.ofPlatform().unstarted(() -> {});

    private final MemorySegment segment;
    private final long address;
    private final byte[] key = new RegionKey(id()).encode();

    private DramRegion(MemoryBackend owner, MemorySegment segment) {
        super(owner);
        this.segment = segment;
        this.address = segment.address();
    }

    /** Takes memory that pure Java can reach from any thread, and refuses the rest. */
    static DramRegion of(MemoryBackend owner, MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment == null) {
            throw refused(
                    ErrorCode.NOT_SUPPORTED,
                    region + " is a raw address, which pure Java cannot reach without native access",
                    "register the MemorySegment itself, or take a native backend");
        }
        if (!segment.isNative()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    region + " lies on the Java heap, where the collector moves it",
                    "take native memory: Agent.allocate, or a shared Arena");
        }
        if (!segment.isAccessibleBy(ANYONE)) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    region + " belongs to a confined arena, and other threads do the copying",
                    "allocate it from Arena.ofShared(), Arena.ofAuto() or Arena.global()");
        }
        if (segment.address() != region.address() || segment.byteSize() < region.length()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    region + " does not match its segment of " + segment.byteSize() + " B at 0x"
                            + Long.toHexString(segment.address()),
                    "use MemoryRegion.of(segment)");
        }
        return new DramRegion(owner, segment.asSlice(0, region.length()));
    }

    private static NixlException refused(ErrorCode code, String message, String remedy) {
        return NixlException.of(code, message)
                .backend(MemoryBackendProvider.NAME)
                .remedy(remedy)
                .build();
    }

    MemorySegment segment() {
        return segment;
    }

    /** Where it starts. */
    long address() {
        return address;
    }

    @Override
    boolean isWritable() {
        return !segment.isReadOnly();
    }

    @Override
    public byte[] publicData() {
        return key;
    }

    @Override
    public String toString() {
        return "DRAM region " + id() + " (" + segment.byteSize() + " B at 0x" + Long.toHexString(address) + ")";
    }
}
