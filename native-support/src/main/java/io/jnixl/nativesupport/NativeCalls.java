// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * What every caller of native functions needs around the call; the restricted methods of the Java runtime are called here
 * and nowhere else. Any thread may call.
 *
 * @since 0.1
 */
public final class NativeCalls {
    private NativeCalls() {}

    /**
     * For the {@code catch (Throwable t)} that {@link java.lang.invoke.MethodHandle#invokeExact} asks for: native code
     * throws nothing, so what arrives here is unchecked and passed on as it is. Write {@code throw rethrow(t)}.
     */
    public static RuntimeException rethrow(Throwable t) {
        if (t instanceof RuntimeException e) {
            return e;
        }
        if (t instanceof Error e) {
            throw e;
        }
        return new IllegalStateException("a native call threw " + t, t);
    }

    /**
     * The text that a native pointer points to, decoded as UTF-8.
     *
     * @param pointer as a function answered it; null answers an empty text
     * @param limit in bytes; a text without end before it is cut there
     */
    public static String text(MemorySegment pointer, int limit) {
        if (pointer.address() == 0) {
            return "";
        }
        MemorySegment bytes = view(pointer, limit);
        int length = 0;
        while (length < limit && bytes.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("restricted") // The one place where functions are bound; the caller answers for the descriptor.
    static MethodHandle bind(MemorySegment address, FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }

    @SuppressWarnings("restricted") // The one place where pointers get a size.
    static MemorySegment view(MemorySegment pointer, long size) {
        return pointer.reinterpret(size);
    }
}
