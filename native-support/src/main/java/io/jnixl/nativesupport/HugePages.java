// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Transparent huge pages, for memory of one's own; madvise(2). Thread-safe. */
public final class HugePages {
    /** The advice, as {@code <sys/mman.h>} numbers it. */
    public static final int MADV_HUGEPAGE = 14;

    private static final MethodHandle MADVISE =
            NativeCalls.libc("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private HugePages() {}

    /**
     * Asks the kernel to back memory with huge pages; before it is first touched. A kernel that has none, or memory that has
     * them already, refuses, which does not matter.
     *
     * @param address of a page
     * @param bytes the length; the memory must be there
     */
    public static void advise(long address, long bytes) {
        try {
            var _ = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
