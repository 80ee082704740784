// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What every caller of native functions needs around the call; the restricted methods of the Java runtime are called here
 * and nowhere else. Any thread may call.
 *
 * @since 0.1
 */
public final class NativeCalls {
    private NativeCalls() {}

    /** Made when first asked for: without native access the other methods must still be able to say so. */
    private static final class Whole {
        static final MemorySegment MEMORY = view(MemorySegment.NULL, Long.MAX_VALUE);
    }

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

    /**
     * The bytes that a native pointer points to, without any check that they are there: the caller answers for address and
     * size, and must not use the answer after native code has freed them.
     */
    @SuppressWarnings("restricted") // The one place where pointers get a size.
    public static MemorySegment view(MemorySegment pointer, long size) {
        return pointer.reinterpret(size);
    }

    /**
     * The same with a life: the answer is accessible until the arena closes, which then runs the clean-up. So the memory of a
     * native library lives as long as an arena.
     *
     * @param cleanup frees the memory; runs once, after the last access through the answer, on the thread that closes
     */
    @SuppressWarnings("restricted") // The caller answers for address, size and clean-up.
    public static MemorySegment view(long address, long size, Arena arena, Consumer<MemorySegment> cleanup) {
        return MemorySegment.ofAddress(address).reinterpret(size, arena, cleanup);
    }

    /**
     * All memory of the process as one segment, in which offsets are addresses: for reading and writing what native code
     * hands out as plain addresses, without an object for each. Nothing is checked.
     */
    public static MemorySegment memory() {
        return Whole.MEMORY;
    }

    /**
     * A native function that calls Java.
     *
     * @param target must not throw: that would end the process
     * @param arena the function can be called until it closes
     */
    @SuppressWarnings("restricted") // The caller answers for the descriptor and the arena.
    public static MemorySegment upcall(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
        return Linker.nativeLinker().upcallStub(target, descriptor, arena);
    }

    /**
     * A handle on a function of the C library, such as poll(2).
     *
     * @throws java.util.NoSuchElementException when there is no such function
     */
    public static MethodHandle libc(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        return bind(Linker.nativeLinker().defaultLookup().findOrThrow(function), descriptor, options);
    }

    /**
     * The same, which takes a segment of {@link Errno#CAPTURE} before its arguments, and leaves errno there. Not for hot paths: the
     * segment is an object.
     */
    public static MethodHandle libcWithErrno(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Errno.capture();
        return libc(function, descriptor, all);
    }
}
