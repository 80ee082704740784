// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import io.jnixl.backend.tck.Await;
import io.jnixl.nativesupport.NativeCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;

/** What this process holds of the system's, as Linux tells it. */
public final class ThisProcess {
    /** A UCX worker that was left behind shows: it holds on to some two dozen of them, and few others come and stay. */
    static final int FILES_OF_A_WORKER = 10;

    /** {@code struct mallinfo2}: ten of {@code size_t}. */
    private static final int FIELDS = 10;

    /** Place in a line of maps; of a System V segment its number. */
    private static final int INODE = 4;

    private static final long MAPPED = 4 * Long.BYTES;
    private static final long USED = 7 * Long.BYTES;

    private static final MethodHandle MALLINFO = NativeCalls.libc(
            "mallinfo2",
            FunctionDescriptor.of(MemoryLayout.structLayout(
                    Collections.nCopies(FIELDS, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new))));

    private ThisProcess() {}

    /** Open file descriptors. */
    public static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /**
     * Segments of shared memory that are attached, however often: UCX attaches its own once more when its worker connects to
     * itself, which happens some time after that was asked for.
     */
    public static long sharedSegments() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains("/SYSV") || line.contains("/dev/shm/"))
                .map(line -> line.split(" +", -1)[INODE])
                .distinct()
                .count();
    }

    /** What of Java's heap is used after a collection, in KiB. */
    public static long heapKib() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10;
    }

    /**
     * What native code has allocated and not freed, as glibc tells it, in KiB; Java's heap is not among it, and what the
     * compiler works with just now is.
     */
    public static long mallocKib() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
            return (info.get(ValueLayout.JAVA_LONG, MAPPED) + info.get(ValueLayout.JAVA_LONG, USED)) >> 10;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until that is less: what the compiler works with goes when it is done. */
    public static void awaitMallocBelow(long kib) {
        Await.until("native memory of less than " + kib + " KiB", () -> mallocKib() < kib);
    }
}
