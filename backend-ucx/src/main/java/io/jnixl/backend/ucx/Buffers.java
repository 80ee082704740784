// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** The C library's heap, for memory whose end is a completion and not a scope. */
final class Buffers {
    private static final MethodHandle MALLOC = NativeCalls.libc("malloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = NativeCalls.libc("free", FunctionDescriptor.ofVoid(JAVA_LONG));

    private Buffers() {}

    /** At least one byte; the memory is not zeroed. */
    static long allocate(long bytes) {
        try {
            long address = (long) MALLOC.invokeExact(Math.max(1, bytes));
            if (address == 0) {
                throw new OutOfMemoryError("the system has no " + bytes + " bytes for a message");
            }
            return address;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Accepts 0. */
    static void free(long address) {
        try {
            FREE.invokeExact(address);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
