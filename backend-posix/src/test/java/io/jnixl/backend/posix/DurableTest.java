// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code durable}, a write ends when the page cache has nothing of its files that the device has not. */
@NeedsNative(Native.URING)
class DurableTest {
    private static final int FILES = 5;
    private static final int BYTES = 1 << 20;

    /** cachestat(2), since Linux 6.5; the same number everywhere. */
    private static final long CACHESTAT = 451;

    private static final int DIRTY = 8;
    private static final int WRITEBACK = 16;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    /** Pages of a file that are not on the device, or -1 where the kernel does not say. */
    private static long dirtyPages(int fd) throws Throwable {
        MethodHandle syscall = NativeCalls.libc(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(16, 8);
            MemorySegment answer = arena.allocate(40, 8);
            long result = (long) syscall.invokeExact(CACHESTAT, fd, range, answer, 0);
            return result < 0 ? -1 : answer.get(JAVA_LONG, DIRTY) + answer.get(JAVA_LONG, WRITEBACK);
        }
    }

    @ParameterizedTest
    @CsvSource({"io_uring, data", "io_uring, full", "pool, data", "pool, full"})
    void theEndComesAfterTheSync(String engine, String durable) throws Throwable {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment memory = Bytes.random(arena, BYTES, Bytes.random());
            RegisteredMemory local = a.register(memory);
            List<RegisteredMemory> files = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                files.add(a.file("rw,create", folder.resolve("f" + i)));
            }
            Xfer lazy = a.write(local, files, Map.of("durable", "no"));
            Xfer eager = a.write(local, files, Map.of("durable", durable));
            for (int i = 0; i < FILES - 1; i++) { // the last one is not written to
                lazy.add(memory.address(), 0, i, BYTES);
                eager.add(memory.address(), 0, i, BYTES / 2).add(memory.address() + BYTES / 2, BYTES / 2, i, BYTES / 2);
            }
            int first = ((FileRegion) files.getFirst()).fd();
            assertThat(lazy.post().end()).isEqualTo(Status.SUCCESS);
            long before = dirtyPages(first);
            for (int run = 0; run < 3; run++) {
                assertThat(eager.post().end()).as(eager.outcome.toString()).isEqualTo(Status.SUCCESS);
                for (RegisteredMemory file : files) {
                    assertThat(dirtyPages(((FileRegion) file).fd())).isLessThanOrEqualTo(0);
                }
            }
            assumeTrue(before >= 0, "the kernel does not say what is dirty (Linux 6.5)");
            assertThat(before).as("without, all is still to be written").isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "fdatasync", ""})
    void otherWordsAreRefused(String word) {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent("pool")) {
            RegisteredMemory local = a.register(Bytes.zeros(arena, 100));
            List<RegisteredMemory> files = List.of(a.file("rw,create", folder.resolve("f")));
            assertThatThrownBy(() -> a.write(local, files, Map.of("durable", word)))
                    .hasMessageContaining("durable: \"" + word + "\"")
                    .hasMessageContaining("no, data, full");
            assertThatThrownBy(() -> a.write(local, files, Map.of("durably", "data")))
                    .hasMessageContaining("unknown transfer option durably");
            assertThatThrownBy(() -> new Xfer(a, Operation.READ, List.of(local), files, 1, Map.of("durable", "data")))
                    .hasMessageContaining("reads from files");
        }
    }
}
