// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.spi.RegisteredMemory;

/** Local memory that UCX has mapped. */
final class UcxMemory implements RegisteredMemory {
    private final UcxContext context;
    private final long handle;
    private final long address;
    private final long length;
    private final int memoryType;
    private final byte[] key;
    private final boolean freedByArena;

    /**
     * What was mapped.
     *
     * @param key the packed remote key; the same bytes for ever, since a peer refuses a changed one
     * @param freedByArena the memory is UCX's own, and unmapping frees it, which waits for the arena of the allocation
     */
    UcxMemory(
            UcxContext context,
            long handle,
            long address,
            long length,
            int memoryType,
            byte[] key,
            boolean freedByArena) {
        this.context = context;
        this.handle = handle;
        this.address = address;
        this.length = length;
        this.memoryType = memoryType;
        this.key = key;
        this.freedByArena = freedByArena;
    }

    /** The {@code ucp_mem_h}. */
    long handle() {
        return handle;
    }

    long address() {
        return address;
    }

    long length() {
        return length;
    }

    /** A {@code ucs_memory_type_t}. */
    int memoryType() {
        return memoryType;
    }

    /** As a region of one's own. */
    MemoryRegion range() {
        return MemoryRegion.raw(
                memoryType == UcpLayouts.MEMORY_TYPE_HOST ? MemoryKind.DRAM : MemoryKind.VRAM, 0, address, length);
    }

    boolean isHost() {
        return memoryType == UcpLayouts.MEMORY_TYPE_HOST;
    }

    /** Negative when the bytes do not lie in it; see {@link Ranges#slack}. */
    long slack(long start, long bytes) {
        return Ranges.slack(address, length, start, bytes);
    }

    @Override
    public byte[] publicData() {
        return key;
    }

    @Override
    public void close() {
        if (!freedByArena) {
            context.unmap(handle);
        }
    }

    @Override
    public String toString() {
        return length + " B at 0x" + Long.toHexString(address);
    }
}
