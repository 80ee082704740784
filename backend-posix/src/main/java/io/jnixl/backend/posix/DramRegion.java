// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Host memory, which the kernel reaches by address. */
final class DramRegion extends Region {
    private final MemoryRegion region;

    /** By ring: the number of the first registered buffer, or -1. Written once each, before a transfer is prepared. */
    private final int[] buffers = new int[RingEngine.MOST_RINGS];

    private DramRegion(PosixBackend owner, MemoryRegion region) {
        super(owner);
        this.region = region;
        Arrays.fill(buffers, -1);
    }

    long address() {
        return region.address();
    }

    long bytes() {
        return region.length();
    }

    boolean isBuffer(int ring) {
        return buffers[ring] >= 0;
    }

    int firstBuffer(int ring) {
        return buffers[ring];
    }

    /** Says that it is known to a ring, as a row of buffers of {@link RingTables#BUFFER_BYTES} each. */
    void becomesBuffer(int ring, int first) {
        buffers[ring] = first;
    }

    /** The number of the registered buffer that these bytes lie in; -1 when there is none that holds all. */
    int buffer(int ring, long from, int length) {
        int first = buffers[ring];
        if (first < 0) {
            return -1;
        }
        long start = from - region.address();
        long index = start >>> RingTables.BUFFER_SHIFT;
        return start >= 0 && (start + length - 1) >>> RingTables.BUFFER_SHIFT == index ? first + (int) index : -1;
    }

    /** Takes native memory, also by raw address. */
    static DramRegion of(PosixBackend owner, MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment != null && !segment.isNative()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, region + " lies on the Java heap, where the collector moves it")
                    .backend(PosixBackendProvider.NAME)
                    .remedy("take native memory: Agent.allocate, or a shared Arena")
                    .build();
        }
        return new DramRegion(owner, region);
    }

    @Override
    boolean isReadable() {
        return true;
    }

    @Override
    boolean isWritable() {
        MemorySegment segment = region.segment();
        return segment == null || !segment.isReadOnly();
    }

    @Override
    public void close() {
        owner().engine().forget(this);
    }

    @Override
    public String toString() {
        return region.toString();
    }
}
