// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * Memory of a GPU that this class allocated, for tests and tools without an agent; with one, take
 * {@link io.jnixl.api.Agent#allocate(MemoryKind, long, long)}. Memory of another library is registered by its address: {@link MemoryRegion#raw} with {@link MemoryKind#VRAM} and the GPU's ordinal.
 *
 * <p>Thread-safe, but close it last. Calls run on the calling thread, which keeps its own CUDA context; copies block until they
 * are done.
 *
 * @since 0.1
 */
public final class GpuMemory implements DeviceMemory.Block {
    private static final String WHO = "CUDA";

    private final int ordinal;
    private final int device;
    private final long context;
    private final long address;
    private final long bytes;
    private boolean closed;

    private GpuMemory(int ordinal, int device, long context, long address, long bytes) {
        this.ordinal = ordinal;
        this.device = device;
        this.context = context;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Allocates; the contents are undefined.
     *
     * @param ordinal of the GPU, from 0 on
     * @param bytes positive
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} without a CUDA driver or a GPU, {@link ErrorCode#INVALID_PARAM}
     *     for an ordinal that does not exist, {@link ErrorCode#BACKEND} with CUDA's error, such as when there is no memory left
     */
    public static GpuMemory allocate(int ordinal, long bytes) {
        if (bytes <= 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "GPU memory needs a positive size, not " + bytes);
        }
        start();
        int device = Cuda.device(WHO, ordinal);
        long context = Cuda.retain(WHO, device);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(JAVA_LONG);
            require(
                    (int) Cuda.within(WHO, context, () -> CudaNative.allocate(pointer, bytes)),
                    bytes + " bytes of GPU " + ordinal + " cannot be allocated");
            return new GpuMemory(ordinal, device, context, pointer.get(JAVA_LONG, 0), bytes);
        } catch (RuntimeException | Error e) {
            var _ = Cuda.release(device);
            throw e;
        }
    }

    /** Loads and initialises the driver. */
    static void start() {
        requireFunctions(CudaNative.SYMBOLS);
        int result = Cuda.start();
        if (result != 0) {
            throw Cuda.failed(
                    WHO,
                    ErrorCode.NOT_SUPPORTED,
                    "CUDA cannot be initialised",
                    result,
                    "see that nvidia-smi works, in this container too");
        }
    }

    /** Refuses a driver without these. */
    static void requireFunctions(List<String> symbols) {
        if (NativeLibrary.open(CudaNative.soname(), symbols) instanceof NativeLibrary.Missing missing) {
            String remedy = missing.remedy("it is part of the driver for your NVIDIA GPU");
            throw new Unavailable(missing.reason(), remedy, missing.cause()).toException(ErrorCode.NOT_SUPPORTED, WHO);
        }
    }

    static void require(int result, String what) {
        if (result != 0) {
            throw Cuda.failed(WHO, ErrorCode.BACKEND, what, result, "nvidia-smi shows the state of the GPUs");
        }
    }

    /** The names of the GPUs that this process sees, by ordinal; empty without a CUDA driver. May load it. */
    public static List<String> gpus() {
        boolean found = NativeLibrary.open(CudaNative.soname(), CudaNative.SYMBOLS) instanceof NativeLibrary.Found;
        return found && Cuda.start() == 0 ? Cuda.names() : List.of();
    }

    @Override
    public long address() {
        return address;
    }

    /** Its size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** What to register; valid until {@link #close()}, before which the registration must be closed. */
    public MemoryRegion region() {
        return MemoryRegion.raw(MemoryKind.VRAM, ordinal, address, bytes);
    }

    /**
     * Copies host memory into it.
     *
     * @param from native memory, which must not change meanwhile
     * @param offset in bytes, in this memory
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} past the end, {@link ErrorCode#BACKEND} with CUDA's error
     */
    public synchronized void copyFrom(MemorySegment from, long offset) {
        check(from, offset);
        require(
                (int) Cuda.within(WHO, context, () -> copyAndWait(address + offset, from)),
                "host memory cannot be copied to GPU " + ordinal);
    }

    static int copyAndWait(long to, MemorySegment from) {
        int result = CudaNative.copyToDevice(to, from, from.byteSize());
        return result == 0 ? CudaNative.synchronize() : result;
    }

    /**
     * Copies from it to host memory, as much as that has room for.
     *
     * @param to native memory, writable
     * @param offset in bytes, in this memory
     * @throws NixlException as {@link #copyFrom}; with {@link ErrorCode#INVALID_PARAM} also for a read-only segment
     */
    public synchronized void copyTo(MemorySegment to, long offset) {
        check(to, offset);
        if (to.isReadOnly()) { // CUDA goes by the address alone
            throw new NixlException(ErrorCode.INVALID_PARAM, "host memory that is read-only cannot be copied to");
        }
        require(
                (int) Cuda.within(WHO, context, () -> CudaNative.copyToHost(to, address + offset, to.byteSize())),
                "memory of GPU " + ordinal + " cannot be copied");
    }

    /** Where a copy begins for which there must be as much room as the host memory has; checked. */
    synchronized long at(MemorySegment host, long offset) {
        check(host, offset);
        return address + offset;
    }

    int ordinal() {
        return ordinal;
    }

    private void check(MemorySegment host, long offset) {
        if (closed) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, this + " is closed");
        }
        if (!host.isNative()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "CUDA copies native memory, not the Java heap's");
        }
        try {
            var _ = Objects.checkFromIndexSize(offset, host.byteSize(), bytes);
        } catch (IndexOutOfBoundsException e) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, host.byteSize() + " bytes at " + offset + " are not within " + this);
        }
    }

    /** Frees it; a second time does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            require(
                    (int) Cuda.within(WHO, context, () -> CudaNative.free(address)),
                    "memory of GPU " + ordinal + " cannot be freed");
        } finally {
            var _ = Cuda.release(device);
        }
    }

    @Override
    public String toString() {
        return bytes + " B of GPU " + ordinal + " at 0x" + Long.toHexString(address);
    }
}
