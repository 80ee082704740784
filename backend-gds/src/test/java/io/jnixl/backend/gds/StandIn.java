// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The library that stands in for cuFile and the CUDA driver: compiled with {@code cc} before the first test, at the place that the
 * system properties name. Its interface is NVIDIA's and what it does is its own, so that what passes here is ABI tested.
 */
final class StandIn {
    /** Of tests that let it fail, or count what is open: they are left out on NVIDIA's libraries. */
    static final String TAG = "stand-in";

    /** How its file's name ends: nothing else is ever compiled over. */
    private static final String FILE = "stand-in.so";

    /** Whether another cuFile is named, the system's or a downloaded one, which is tested then. */
    static final boolean REAL = !CuFileNative.soname().endsWith(FILE);

    private static final long LIMIT_SECONDS = 60;

    /** The system property that says that it has been compiled already. */
    private static final String MADE = "jnixl.stand-in.made";

    static {
        String library = CudaNative.soname(); // may stand in for CUDA alone
        if (library.endsWith(FILE) && !Boolean.getBoolean(MADE)) {
            compile(Path.of(library));
        }
        System.out.println(
                REAL ? "GDS tested on " + CuFileNative.soname() : "GDS: ABI tested on a stand-in for cuFile and CUDA");
    }

    private static final class Handles {
        private static final NativeLibrary.Found LIBRARY = (NativeLibrary.Found)
                NativeLibrary.open(CuFileNative.soname(), List.of("standin_fault"), CuFileNative.environment());
        static final MethodHandle FAULT = LIBRARY.function(
                "standin_fault", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
        static final MethodHandle SHORT = LIBRARY.function("standin_short", FunctionDescriptor.ofVoid(JAVA_LONG));
        static final MethodHandle DELAY = LIBRARY.function("standin_delay", FunctionDescriptor.ofVoid(JAVA_LONG));
        static final MethodHandle RESET = LIBRARY.function("standin_reset", FunctionDescriptor.ofVoid());
        static final MethodHandle COUNT = LIBRARY.function("standin_count", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        static final MethodHandle ENVIRONMENT =
                LIBRARY.function("standin_environment", FunctionDescriptor.of(ADDRESS, ADDRESS));
    }

    private StandIn() {}

    /** Compiles it, if nobody has, and ends all faults. */
    static void ready() {
        reset();
    }

    /** Compiles one as it would be of before there were streams. */
    static void compileWithoutStreams(Path library) {
        compile(library, "-DWITHOUT_STREAMS");
    }

    private static void compile(Path library, String... options) {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(library.getParent()), "stand-in");
            header(folder);
            Path code = resource("standin.c", folder);
            Path made = folder.resolve("made.so");
            List<String> command = new ArrayList<>(List.of(
                    "cc",
                    "-std=gnu11",
                    "-O1",
                    "-Wall",
                    "-Werror",
                    "-shared",
                    "-fPIC",
                    "-fvisibility=hidden",
                    "-pthread",
                    "-o",
                    made.toString(),
                    code.toString()));
            command.addAll(List.of(options));
            Process cc = new ProcessBuilder(command).inheritIO().start();
            assertThat(cc.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(cc.exitValue()).isZero();
            Files.move(made, library, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the header that describes the interface into a folder. */
    static Path header(Path folder) throws IOException {
        return resource("gds_abi.h", folder);
    }

    private static Path resource(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = StandIn.class.getResourceAsStream(name)) {
            Files.copy(in, file);
        }
        return file;
    }

    /**
     * Lets a call fail.
     *
     * @param call its name without version suffix; {@code read}, {@code write}, {@code event}, {@code stream} and {@code status} for what becomes
     *     of bytes
     * @param after how many calls pass before
     * @param times how many fail
     * @param code cuFile's error, an errno, or the status of an event
     * @param cuda CUDA's error
     */
    static void fault(String call, long after, long times, int code, int cuda) {
        try (Arena arena = Arena.ofConfined()) {
            Handles.FAULT.invokeExact(arena.allocateFrom(call), after, times, code, cuda);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Lets reads and writes move so many bytes at once and no more. */
    static void shortBy(long bytes) {
        try {
            Handles.SHORT.invokeExact(bytes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Lets batches take so long, and what streams are given. */
    static void delay(long nanos) {
        try {
            Handles.DELAY.invokeExact(nanos);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Ends all faults. */
    static void reset() {
        if (REAL) {
            return;
        }
        try {
            Handles.RESET.invokeExact();
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** What is open now: handles, buffers, batches, allocations, contexts, drivers, streams, events or file_streams. */
    static long count(String what) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) Handles.COUNT.invokeExact(arena.allocateFrom(what));
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** A variable as native code sees it. */
    static String environment(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return NativeCalls.text((MemorySegment) Handles.ENVIRONMENT.invokeExact(arena.allocateFrom(name)), 4096);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
