// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.HugePages;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory side of a UCX context: mapping, allocating, packing keys. Any thread; the context is made for that. It ends when
 * the backend has let go of it and nothing is mapped any more: memory that it allocated is its users', and may outlive the
 * agent.
 */
final class UcxContext {
    /** In less no huge page fits. */
    private static final long HUGE_PAGE = 2L << 20;

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long MASK = UcpLayouts.offset(UcpLayouts.MEM_MAP_PARAMS, "field_mask");
    private static final long ADDRESS = UcpLayouts.offset(UcpLayouts.MEM_MAP_PARAMS, "address");
    private static final long LENGTH = UcpLayouts.offset(UcpLayouts.MEM_MAP_PARAMS, "length");
    private static final long FLAGS = UcpLayouts.offset(UcpLayouts.MEM_MAP_PARAMS, "flags");
    private static final long MEMORY_TYPE = UcpLayouts.offset(UcpLayouts.MEM_MAP_PARAMS, "memory_type");
    private static final long ATTR_MASK = UcpLayouts.offset(UcpLayouts.MEM_ATTR, "field_mask");
    private static final long ATTR_ADDRESS = UcpLayouts.offset(UcpLayouts.MEM_ATTR, "address");
    private static final long ATTR_MEM_TYPE = UcpLayouts.offset(UcpLayouts.MEM_ATTR, "mem_type");
    private static final long ATTR_LENGTH = UcpLayouts.offset(UcpLayouts.MEM_ATTR, "length");

    private final long handle;
    private final Runnable end;

    /** The backend, and each mapping. */
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * Over a native context.
     *
     * @param end destroys it
     */
    UcxContext(long handle, Runnable end) {
        this.handle = handle;
        this.end = end;
    }

    /** One user less; the last one ends the context. */
    void letGo() {
        if (users.decrementAndGet() == 0) {
            end.run();
        }
    }

    /** Maps host memory that is there. */
    UcxMemory map(long address, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = range(arena, address, length, UcpLayouts.MEM_MAP_PARAM_FIELD_MEMORY_TYPE);
            params.set(JAVA_INT, MEMORY_TYPE, UcpLayouts.MEMORY_TYPE_HOST);
            long memh = map(arena, params, text(address, length) + " cannot be registered");
            return new UcxMemory(
                    this, memh, address, length, UcpLayouts.MEMORY_TYPE_HOST, packOrUnmap(arena, memh), false);
        }
    }

    /**
     * Maps memory of a GPU. UCX finds out of which type it is, as native NIXL has it do: told that a host pointer was a GPU's,
     * it would believe that.
     */
    UcxMemory mapGpu(long address, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = range(arena, address, length, 0);
            long memh = map(arena, params, text(address, length) + " of a GPU cannot be registered");
            int memoryType = gpuTypeOf(arena, memh, text(address, length));
            return new UcxMemory(this, memh, address, length, memoryType, packOrUnmap(arena, memh), false);
        }
    }

    private static MemorySegment range(Arena arena, long address, long length, long more) {
        MemorySegment params = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        params.set(
                JAVA_LONG,
                MASK,
                UcpLayouts.MEM_MAP_PARAM_FIELD_ADDRESS
                        | UcpLayouts.MEM_MAP_PARAM_FIELD_LENGTH
                        | UcpLayouts.MEM_MAP_PARAM_FIELD_FLAGS
                        | more);
        params.set(JAVA_LONG, ADDRESS, address);
        params.set(JAVA_LONG, LENGTH, length);
        return params;
    }

    private static String text(long address, long length) {
        return length + " B at 0x" + Long.toHexString(address);
    }

    private int gpuTypeOf(Arena arena, long memh, String range) {
        MemorySegment attributes = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        attributes.set(JAVA_LONG, ATTR_MASK, UcpLayouts.MEM_ATTR_FIELD_MEM_TYPE);
        byte status = UcpNative.memQuery(memh, attributes.address());
        int type = attributes.get(JAVA_INT, ATTR_MEM_TYPE);
        if (status == UcpStatus.OK && type != UcpLayouts.MEMORY_TYPE_HOST) {
            return type;
        }
        unmap(memh);
        if (status != UcpStatus.OK) {
            throw NixlException.of(ErrorCode.BACKEND, "UCX does not say what memory " + range + " is")
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
        throw NixlException.of(ErrorCode.INVALID_PARAM, range + " is host memory to UCX, and not a GPU's")
                .backend(UcxBackendProvider.NAME)
                .remedy("register host memory as DRAM, or give an address that the CUDA driver has allocated")
                .build();
    }

    /**
     * Memory of UCX's own, in the process's address space and such that peers on this host can map it.
     *
     * @param owner frees it when it closes
     */
    UcxMemory allocate(long bytes, Arena owner) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
            params.set(
                    JAVA_LONG,
                    MASK,
                    UcpLayouts.MEM_MAP_PARAM_FIELD_LENGTH
                            | UcpLayouts.MEM_MAP_PARAM_FIELD_FLAGS
                            | UcpLayouts.MEM_MAP_PARAM_FIELD_MEMORY_TYPE);
            params.set(JAVA_LONG, LENGTH, bytes);
            params.set(JAVA_INT, FLAGS, UcpLayouts.MEM_MAP_ALLOCATE);
            params.set(JAVA_INT, MEMORY_TYPE, UcpLayouts.MEMORY_TYPE_HOST);
            long memh = map(arena, params, bytes + " B of shared memory cannot be had");
            long address = addressOf(arena, memh, bytes);
            if (bytes >= HUGE_PAGE) {
                HugePages.advise(address, bytes); // before the first touch; peers that map the memory share them
            }
            return new UcxMemory(
                    this, memh, address, bytes, UcpLayouts.MEMORY_TYPE_HOST, packOrUnmap(arena, memh), true);
        }
    }

    private long map(Arena arena, MemorySegment params, String failure) {
        if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw NixlException.of(ErrorCode.CANCELED, "the agent is closed")
                    .backend(UcxBackendProvider.NAME)
                    .build();
        }
        MemorySegment answer = arena.allocate(JAVA_LONG);
        byte status = UcpNative.memMap(handle, params.address(), answer.address());
        if (status != UcpStatus.OK) {
            letGo();
            throw NixlException.of(ErrorCode.BACKEND, failure)
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .remedy("see what UCX wrote to standard error; limits on locked and shared memory (ulimit -l,"
                            + " /dev/shm, kernel.shmmax) are the usual reasons")
                    .build();
        }
        return answer.get(JAVA_LONG, 0);
    }

    private long addressOf(Arena arena, long memh, long bytes) {
        MemorySegment attributes = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        attributes.set(JAVA_LONG, ATTR_MASK, UcpLayouts.MEM_ATTR_FIELD_ADDRESS | UcpLayouts.MEM_ATTR_FIELD_LENGTH);
        byte status = UcpNative.memQuery(memh, attributes.address());
        long address = attributes.get(JAVA_LONG, ATTR_ADDRESS);
        if (status != UcpStatus.OK || address == 0 || attributes.get(JAVA_LONG, ATTR_LENGTH) < bytes) {
            unmap(memh);
            throw NixlException.of(ErrorCode.BACKEND, "UCX does not say where it allocated " + bytes + " B")
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
        return address;
    }

    private byte[] packOrUnmap(Arena arena, long memh) {
        MemorySegment answer = arena.allocate(JAVA_LONG, 2);
        byte status = UcpNative.rkeyPack(handle, memh, answer.address(), answer.address() + Long.BYTES);
        if (status != UcpStatus.OK) {
            unmap(memh);
            throw NixlException.of(ErrorCode.BACKEND, "UCX makes no remote key")
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
        long buffer = answer.get(JAVA_LONG, 0);
        byte[] key = new byte[Math.toIntExact(answer.get(JAVA_LONG, Long.BYTES))];
        MemorySegment.copy(NativeCalls.memory(), JAVA_BYTE, buffer, key, 0, key.length);
        UcpNative.rkeyBufferRelease(buffer);
        return key;
    }

    void unmap(long memh) {
        byte status = UcpNative.memUnmap(handle, memh);
        if (status != UcpStatus.OK) {
            LOG.log(System.Logger.Level.WARNING, "UCX could not unmap memory: {0}", UcpStatus.text(status));
        }
        letGo();
    }
}
