// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/**
 * A stream of a GPU, for tests and tools: what it is given is done in order, while the caller goes on. All memory that a call names is
 * in use, and must neither change nor be freed or closed, until {@link #synchronize} has returned or an event that was recorded after
 * the call has come. Work of other streams is not waited for. Thread-safe, but close it last.
 */
final class GpuStream implements AutoCloseable {
    static final String WHO = "CUDA";

    private final int ordinal;
    private final int device;
    private final long context;
    private final long handle;
    private volatile boolean closed;

    private GpuStream(int ordinal, int device, long context, long handle) {
        this.ordinal = ordinal;
        this.device = device;
        this.context = context;
        this.handle = handle;
    }

    /**
     * Makes a stream.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} without a driver that has streams, {@link ErrorCode#INVALID_PARAM}
     *     for an ordinal that does not exist, {@link ErrorCode#BACKEND} with CUDA's error
     */
    static GpuStream open(int ordinal) {
        GpuMemory.start();
        GpuMemory.requireFunctions(CudaNative.STREAM_SYMBOLS);
        int device = Cuda.device(WHO, ordinal);
        long context = Cuda.retain(WHO, device);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stream = arena.allocate(JAVA_LONG);
            GpuMemory.require(
                    (int) Cuda.within(
                            WHO, context, () -> CudaNative.streamCreate(stream, CudaNative.STREAM_NON_BLOCKING)),
                    "GPU " + ordinal + " gives no stream");
            return new GpuStream(ordinal, device, context, stream.get(JAVA_LONG, 0));
        } catch (RuntimeException | Error e) {
            var _ = Cuda.release(device);
            throw e;
        }
    }

    /** A copy of native host memory to a GPU's; does not block where the host memory is pinned. */
    void copy(MemorySegment from, GpuMemory to, long offset) {
        requireSameGpu(to);
        long address = to.at(from, offset);
        run(
                () -> CudaNative.copyToDeviceAsync(address, from.address(), from.byteSize(), handle),
                "host memory cannot be copied to " + to);
    }

    /** A copy the other way, as much as the host memory has room for. */
    void copy(GpuMemory from, long offset, MemorySegment to) {
        requireSameGpu(from);
        long address = from.at(to, offset);
        run(() -> CudaNative.copyToHostAsync(to.address(), address, to.byteSize(), handle), from + " cannot be copied");
    }

    /** Refuses memory of another GPU. */
    void requireSameGpu(GpuMemory memory) {
        if (memory.ordinal() != ordinal) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, memory + " does not go with a stream of GPU " + ordinal)
                    .backend(WHO)
                    .remedy("take a stream of the GPU that the memory is of")
                    .build();
        }
    }

    /** Marks what the stream has been given up to now; close the event before the stream. */
    GpuEvent record() {
        return GpuEvent.record(this);
    }

    /** Blocks until all is done that the stream was given; fails as what failed of it. */
    void synchronize() {
        run(() -> CudaNative.streamSynchronize(handle), this + " cannot be waited for");
    }

    /** CUDA's pointer. */
    long handle() {
        return handle;
    }

    /** Calls CUDA in the stream's context and refuses a bad result. */
    void run(LongSupplier call, String what) {
        GpuMemory.require((int) within(call), what);
    }

    /** Calls in the stream's context. */
    long within(LongSupplier call) {
        if (closed) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, this + " is closed");
        }
        return Cuda.within(WHO, context, call);
    }

    /** Waits for what the stream was given, as {@link #synchronize}, and destroys it whatever came of that. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            synchronize();
        } finally {
            try {
                run(() -> CudaNative.streamDestroy(handle), this + " cannot be destroyed");
            } finally {
                closed = true;
                var _ = Cuda.release(device);
            }
        }
    }

    @Override
    public String toString() {
        return "stream 0x" + Long.toHexString(handle) + " of GPU " + ordinal;
    }
}
