// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which reads and writes are plain calls: the kernel counts those of the thread. */
@NeedsNative(Native.URING)
class CacheCallsTest {
    private static final int BLOCKS = 50;
    private static final int BLOCK = 4096;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    /** Calls of this thread by name: syscr of those that read, syscw of those that write. */
    private static long calls(String name) throws IOException {
        Map<String, Long> counts;
        try (var lines = Files.lines(Path.of("/proc/thread-self/io"))) {
            counts = lines.map(line -> line.split(": "))
                    .collect(Collectors.toMap(words -> words[0], words -> Long.valueOf(words[1])));
        }
        return counts.get(name);
    }

    /** Posts blocks that do not touch in the file, and answers how many plain calls that took. */
    private static long callsOf(TestAgent a, Operation operation, RegisteredMemory file) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = Bytes.random(arena, 2L * BLOCKS * BLOCK, Bytes.random());
            RegisteredMemory local = a.register(memory);
            Xfer x = a.xfer(operation, local, file, BLOCKS);
            for (int i = 0; i < BLOCKS; i++) {
                x.add(memory.address() + 2L * i * BLOCK, 2L * i * BLOCK, BLOCK);
            }
            String name = operation == Operation.WRITE ? "syscw" : "syscr";
            calls(name);
            long before = calls(name);
            long reading = calls(name) - before; // what the counting itself does
            assertThat(x.post().drive()).as("%s", x.outcome).isEqualTo(Status.SUCCESS);
            long after = calls(name);
            local.close();
            return after - before - 2 * reading;
        }
    }

    private static Path inMemory() {
        return Path.of("/dev/shm", "jnixl-" + ProcessHandle.current().pid() + ".cache-calls");
    }

    @Test
    void writesToLocalFilesAreCalls() throws IOException {
        try (TestAgent a = new TestAgent("io_uring")) {
            RegisteredMemory file = a.file("rw,create", folder.resolve("f"));
            boolean local = ((FileRegion) file).isCopied(true); // the checkout may lie on any file system
            assertThat(callsOf(a, Operation.WRITE, file)).isBetween(local ? BLOCKS / 2L : 0L, local ? BLOCKS + 5L : 5L);
            assertThat(callsOf(a, Operation.READ, file)).isLessThan(5);
        }
    }

    @Test
    void directAndSynchronousOnesAreTheRings() throws IOException {
        for (String mode : new String[] {"rw,create,direct", "rw,create,sync"}) {
            try (TestAgent a = new TestAgent("io_uring")) {
                assertThat(callsOf(a, Operation.WRITE, a.file(mode, folder.resolve("g"))))
                        .isLessThan(5);
            }
        }
    }

    @Test
    void filesInMemoryAreReadByCallsToo() throws IOException {
        Path path = inMemory();
        try (TestAgent a = new TestAgent("io_uring")) {
            RegisteredMemory file = a.file("rw,create", path);
            assertThat(callsOf(a, Operation.WRITE, file)).isBetween((long) BLOCKS / 2, (long) BLOCKS + 5);
            assertThat(callsOf(a, Operation.READ, file)).isBetween((long) BLOCKS / 2, (long) BLOCKS + 5);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    /** Copies that take seconds do not keep a device waiting. */
    @ParameterizedTest
    @ValueSource(strings = {"caller", "thread"})
    void devicesGoOnBesideCopies(String completion) throws IOException {
        Path path = inMemory();
        Path other = Files.write(folder.resolve("d"), new byte[64 * BLOCK]);
        try (Arena arena = Arena.ofShared();
                TestAgent a =
                        new TestAgent(Map.of("engine", "io_uring", "completion", completion), ProgressPolicy.PARK)) {
            int many = 2000;
            MemorySegment memory = Bytes.zeros(arena, 16 << 20);
            RegisteredMemory local = a.register(memory);
            Xfer copies = a.xfer(Operation.WRITE, local, a.file("rw,create", path), many);
            for (int i = 0; i < many; i++) {
                copies.add(memory.address(), 0, memory.byteSize());
            }
            Xfer reads = a.xfer(Operation.READ, local, a.file("ro,direct", other), 64);
            for (int i = 0; i < 64; i += 2) {
                reads.add(memory.address() + (long) i * BLOCK, (long) i * BLOCK, BLOCK);
            }
            copies.post();
            for (int i = 0; i < 3; i++) {
                assertThat(reads.post().end()).as("%s", reads.outcome).isEqualTo(Status.SUCCESS);
            }
            assertThat(copies.outcome.ends()).as("32 GiB in this time").isZero();
            copies.transfer.cancel();
            assertThat(copies.end()).isEqualTo(Status.CANCELED);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    /** A write that finds no file behind its descriptor: the ring says why. */
    @Test
    void whatFailsIsToldByTheRing() throws IOException {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent("io_uring")) {
            MemorySegment memory = Bytes.zeros(arena, BLOCK);
            int fd = FileCalls.open(folder.resolve("h").toString(), FileCalls.O_RDWR | FileCalls.O_CREAT, 0600);
            Xfer x = a.xfer(Operation.WRITE, a.register(memory), a.descriptor(fd), 1)
                    .add(memory.address(), 0, BLOCK);
            assertThat(FileCalls.close(fd)).isZero();
            assertThat(x.post().drive()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome.toString()).contains("EBADF");
        }
    }
}
