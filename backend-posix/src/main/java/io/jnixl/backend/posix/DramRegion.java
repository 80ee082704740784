// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;

/** Host memory, which the kernel reaches by address. */
final class DramRegion extends Region {
    private final MemoryRegion region;

    private DramRegion(PosixBackend owner, MemoryRegion region) {
        super(owner);
        this.region = region;
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
    public void close() {}

    @Override
    public String toString() {
        return region.toString();
    }
}
