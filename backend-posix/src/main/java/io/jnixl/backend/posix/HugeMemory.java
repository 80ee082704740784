// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.HugePages;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of our own that the kernel is advised to back with huge pages: then a registration looks up one page where it would
 * look up 512. Zeroed; a page takes room when it is first touched.
 */
final class HugeMemory {
    /** Smaller memory has too few of them to matter. */
    static final long LEAST = 4 << 20;

    private HugeMemory() {}

    /**
     * Maps so many bytes.
     *
     * @param arena its close gives them back
     * @throws OutOfMemoryError when the system has none
     */
    static MemorySegment map(long bytes, Arena arena) {
        long address = Libc.map(bytes);
        if (address == Libc.MAP_FAILED) {
            throw new OutOfMemoryError("mmap of " + bytes + " bytes failed");
        }
        HugePages.advise(address, bytes);
        return NativeCalls.view(address, bytes, arena, freed -> Libc.unmap(address, bytes));
    }
}
