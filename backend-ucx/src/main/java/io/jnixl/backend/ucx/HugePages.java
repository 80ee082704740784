// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * Transparent huge pages for shared memory: where {@code /sys/kernel/mm/transparent_hugepage/shmem_enabled} says
 * {@code advise}, whoever wants them has to say so before the first touch; peers that map the memory share them. (Reserved huge
 * pages, {@code vm.nr_hugepages}, UCX takes by itself.)
 */
final class HugePages {
    private static final int MADV_HUGEPAGE = 14;
    private static final long SIZE = 2L << 20;
    private static final MethodHandle MADVISE =
            NativeCalls.libc("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private HugePages() {}

    /** Asks for them; a kernel that has none, or memory that has them already, refuses, which does not matter. */
    @SuppressWarnings("UnusedVariable") // invokeExact wants the type of the answer
    static void ask(long address, long bytes) {
        if (bytes < SIZE) {
            return;
        }
        try {
            int refused = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
