// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The system's loader, dlopen(3). The JDK's own {@link java.lang.foreign.SymbolLookup#libraryLookup(String, Arena)} hides
 * what the loader says when it refuses, and that is what a user needs to know.
 *
 * <p>Made for each use: binding the handles is a restricted call, whose refusal must reach the caller as it is.
 */
final class DynamicLinker {
    /** Resolve everything now: a symbol that is missing later would kill the process. */
    private static final int RTLD_NOW = 2;

    private static final int RTLD_DI_LINKMAP = 2;
    private static final int TEXT_LIMIT = 4096;

    /** The public part of glibc's and musl's {@code struct link_map}: where the object lies, and its file. */
    private static final MemoryLayout LINK_MAP =
            MemoryLayout.structLayout(JAVA_LONG.withName("l_addr"), ADDRESS.withName("l_name"));

    private final MethodHandle dlopen = bind("dlopen", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
    private final MethodHandle dlsym = bind("dlsym", FunctionDescriptor.of(ADDRESS, JAVA_LONG, ADDRESS));
    private final MethodHandle dlerror = bind("dlerror", FunctionDescriptor.of(ADDRESS));
    private final MethodHandle dlinfo = bind("dlinfo", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS));
    private final MethodHandle setenv = bind("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

    /** What dlopen answered. */
    sealed interface Opened {}

    /** A loaded library. It is never given to dlclose: code of it may be on some thread's stack for ever. */
    record Handle(long value) implements Opened {}

    /** The loader's own words, in the user's language. */
    record Refusal(String text) implements Opened {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return NativeCalls.bind(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    Opened open(String soname) {
        try (Arena arena = Arena.ofConfined()) {
            // Clears what another call left, and warms up the way to dlerror: nothing may come between the two below.
            error();
            long handle = (long) dlopen.invokeExact(arena.allocateFrom(soname), RTLD_NOW);
            return handle != 0 ? new Handle(handle) : new Refusal(error());
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    Optional<MemorySegment> symbol(Handle handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) dlsym.invokeExact(handle.value(), arena.allocateFrom(name));
            return address.address() == 0 ? Optional.empty() : Optional.of(address);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The file behind a loaded library, or nothing. */
    String path(Handle handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ADDRESS);
            if ((int) dlinfo.invokeExact(handle.value(), RTLD_DI_LINKMAP, answer) != 0) {
                return "";
            }
            MemorySegment map = NativeCalls.view(answer.get(ADDRESS, 0), LINK_MAP.byteSize());
            MemorySegment name = map.get(ADDRESS, LINK_MAP.byteOffset(PathElement.groupElement("l_name")));
            return NativeCalls.text(name, TEXT_LIMIT);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Sets a variable of the native environment unless it is set. */
    void setDefault(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
            if (failed != 0) {
                throw new IllegalArgumentException("the system refuses the environment variable \"" + name + "\"");
            }
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    private String error() throws Throwable {
        return NativeCalls.text((MemorySegment) dlerror.invokeExact(), TEXT_LIMIT);
    }
}
