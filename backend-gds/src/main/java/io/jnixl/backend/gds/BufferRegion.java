// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Host or GPU memory, which cuFile reaches by its start and an offset. */
final class BufferRegion extends Region {
    private static final System.Logger LOG = System.getLogger(BufferRegion.class.getName());

    private final MemoryRegion region;
    private final long context;
    private final Buffers.@Nullable Known known;

    private BufferRegion(GdsBackend owner, MemoryRegion region, long context) {
        super(owner);
        this.region = region;
        this.context = context;
        Buffers.Answer answer = Buffers.register(owner.name(), region.address(), region.length(), context);
        long error = answer.error();
        known = answer.known();
        if (CuFileError.forbidsMoving(error)) {
            throw CuFileError.failed(
                    owner.name(), ErrorCode.BACKEND, region + " cannot be registered with cuFile", error);
        }
        if (known == null) {
            owner.unregistered(region, error);
        }
    }

    /** Takes native memory, also by raw address; and memory of a GPU, by its address there. */
    static BufferRegion of(GdsBackend owner, MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment != null && !segment.isNative()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, region + " lies on the Java heap, where the collector moves it")
                    .backend(owner.name())
                    .remedy("take native memory: Agent.allocate, or a shared Arena")
                    .build();
        }
        if (region.kind() == MemoryKind.DRAM) {
            return new BufferRegion(owner, region, 0);
        }
        int device = Cuda.device(owner.name(), region.device());
        requireDeviceMemory(owner.name(), region, device);
        return new BufferRegion(owner, region, owner.contexts().of(device));
    }

    /** Before the backend holds the device's context, which costs the GPU's memory: an address may be bad. */
    private static void requireDeviceMemory(String backend, MemoryRegion region, int device) {
        long context = Cuda.retain(backend, device);
        try {
            Cuda.requireDeviceMemory(backend, region.toString(), region.address(), device, context);
        } finally {
            var _ = Cuda.release(device);
        }
    }

    /** Where it starts, which is what cuFile knows it by. */
    long base() {
        return region.address();
    }

    /** The CUDA context that its bytes are moved in; 0 for any. */
    long context() {
        return context;
    }

    /** Whether cuFile has it registered; else it moves the bytes through memory of its own. */
    boolean isRegistered() {
        return known != null;
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
        long error = known != null ? Buffers.forget(owner().name(), known, context) : 0;
        if (CuFileError.code(error) != 0) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be deregistered: {1}", region, CuFileError.text(error));
        }
    }

    @Override
    public String toString() {
        return region.toString();
    }
}
