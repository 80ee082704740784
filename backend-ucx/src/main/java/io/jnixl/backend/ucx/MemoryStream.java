// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.LongConsumer;

/** Reads what a native function prints, by a {@code FILE *} over memory: open_memstream(3). */
final class MemoryStream {
    private static final MethodHandle OPEN =
            NativeCalls.libc("open_memstream", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = NativeCalls.libc("fclose", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle FREE = NativeCalls.libc("free", FunctionDescriptor.ofVoid(JAVA_LONG));

    private MemoryStream() {}

    /**
     * What the printer prints to the stream that it is given, at most so many bytes of it; empty when there is no memory.
     */
    static String text(LongConsumer printer, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG, 2); // a char *, and behind it a size_t
            long stream = (long) OPEN.invokeExact(answer.address(), answer.address() + Long.BYTES);
            if (stream == 0) {
                return "";
            }
            try {
                printer.accept(stream);
            } finally {
                var _ = (int) CLOSE.invokeExact(stream);
            }
            MemorySegment text = answer.get(ADDRESS, 0);
            try {
                return NativeCalls.text(text, (int) Math.min(limit, answer.get(JAVA_LONG, Long.BYTES)));
            } finally {
                FREE.invokeExact(text.address());
            }
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
