// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Meters;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel knows by number, and that bytes arrive with and without. */
@NeedsNative(Native.URING)
class RegisteredTest {
    private static final int BLOCK = 4096;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private static TestAgent agent(String completion, int mib) {
        return new TestAgent(
                Map.of("engine", "io_uring", "completion", completion, "registered_mib", Integer.toString(mib)),
                ProgressPolicy.PARK);
    }

    /** Writes and reads back, last block first. */
    private static void roundTrip(TestAgent a, Arena arena, RegisteredMemory file, int blocks) {
        MemorySegment out = Bytes.random(arena, (long) blocks * BLOCK, Bytes.random());
        MemorySegment in = Bytes.zeros(arena, (long) blocks * BLOCK);
        Xfer write = a.xfer(Operation.WRITE, a.register(out), file, blocks);
        Xfer read = a.xfer(Operation.READ, a.register(in), file, blocks);
        for (int i = blocks - 1; i >= 0; i--) {
            write.add(out.address() + (long) i * BLOCK, (long) i * BLOCK, BLOCK);
            read.add(in.address() + (long) i * BLOCK, (long) i * BLOCK, BLOCK);
        }
        assertThat(write.post().drive()).as(write.outcome.toString()).isEqualTo(Status.SUCCESS);
        assertThat(read.post().drive()).as(read.outcome.toString()).isEqualTo(Status.SUCCESS);
        assertThat(in.mismatch(out)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"caller", "thread"})
    void memoryForDirectFilesIsRegisteredWhenTransfersArePrepared(String completion) {
        try (Arena arena = Arena.ofShared();
                TestAgent a = agent(completion, 4)) {
            DramRegion memory = (DramRegion) a.register(Bytes.zeros(arena, 1 << 20));
            DramRegion large = (DramRegion) a.register(Bytes.zeros(arena, 8 << 20));
            RegisteredMemory cached = a.file("rw,create", folder.resolve("f"));
            FileRegion direct = (FileRegion) a.file("rw,direct", folder.resolve("f"));
            a.xfer(Operation.READ, memory, cached, 1);
            assertThat(memory.isBuffer(0))
                    .as("a copy from the page cache gains nothing")
                    .isFalse();
            a.xfer(Operation.READ, memory, direct, 1);
            a.xfer(Operation.READ, large, direct, 1);
            assertThat(memory.isBuffer(0)).isTrue();
            assertThat(large.isBuffer(0)).as("more than the bound").isFalse();
            assertThat(direct.number(0)).isNotNegative();
            assertThat(memory.buffer(0, memory.address(), 1 << 20)).isNotNegative();
            assertThat(memory.buffer(0, memory.address() - 1, 10)).isEqualTo(-1);
            assertThat(memory.buffer(0, memory.address() + RingTables.BUFFER_BYTES - 5, 10))
                    .isEqualTo(-1);
            memory.close();
            assertThat(memory.isBuffer(0)).isFalse();
            DramRegion next = (DramRegion) a.register(Bytes.zeros(arena, 4 << 20));
            a.xfer(Operation.READ, next, direct, 1);
            assertThat(next.isBuffer(0)).as("the bound is free again").isTrue();
        }
    }

    @Test
    void largeMemoryOfOurOwnIsZeroedRegisteredAndGivenBack() {
        try (TestAgent a = agent("caller", 64)) {
            RegisteredMemory file = a.file("rw,create,direct", folder.resolve("f"));
            for (int i = 0; i < 300; i++) { // 300 times 256 MiB: more than there would be if they stayed
                try (Arena arena = Arena.ofShared()) {
                    AllocatedMemory memory =
                            a.backend().allocate(256 << 20, arena).orElseThrow();
                    MemorySegment segment = memory.segment();
                    assertThat(segment.byteSize()).isEqualTo(256 << 20);
                    assertThat(segment.address() % BLOCK).isZero();
                    assertThat(segment.get(ValueLayout.JAVA_BYTE, (256 << 20) - 1))
                            .isZero();
                    segment.set(ValueLayout.JAVA_LONG, 0, i);
                    Xfer write =
                            a.xfer(Operation.WRITE, memory.memory(), file, 1).add(segment.address(), 0, BLOCK);
                    assertThat(write.post().drive()).isEqualTo(Status.SUCCESS);
                    memory.memory().close();
                }
            }
            try (Arena arena = Arena.ofShared()) {
                assertThat(a.backend().allocate(1 << 20, arena)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64})
    void bytesArriveWithAndWithout(int mib) {
        try (Arena arena = Arena.ofShared();
                TestAgent a = agent("caller", mib)) {
            roundTrip(a, arena, a.file("rw,create,direct", folder.resolve("f")), 1000);
        }
    }

    @Test
    void moreFilesAndMemoryThanTheTablesHold() throws IOException {
        try (Arena arena = Arena.ofShared();
                TestAgent a = agent("caller", 64)) {
            List<Xfer> all = new ArrayList<>();
            MemorySegment memory = Bytes.zeros(arena, 1200L * BLOCK);
            for (int i = 0; i < 300; i++) {
                Path path = Files.write(folder.resolve("f" + i), new byte[BLOCK]);
                RegisteredMemory file = a.file("rw,direct", path);
                for (int j = 0; j < 4; j++) {
                    MemorySegment own = memory.asSlice((i * 4L + j) * BLOCK, BLOCK);
                    own.fill((byte) (i + j));
                    all.add(a.xfer(Operation.WRITE, a.register(own), file, 1).add(own.address(), 0, BLOCK));
                }
            }
            for (Xfer x : all) {
                assertThat(x.post().drive()).as(x.outcome.toString()).isEqualTo(Status.SUCCESS);
            }
            for (int i = 0; i < 300; i++) {
                byte[] expected = memory.asSlice((i * 4L + 3) * BLOCK, BLOCK).toArray(ValueLayout.JAVA_BYTE);
                assertThat(Files.readAllBytes(folder.resolve("f" + i))).isEqualTo(expected);
            }
        }
    }

    /** 4 GiB at a time, of a file of 1 GiB. The ring holds 256 of them; the rest are rows of numbers. */
    @Test
    @Tag("soak")
    void aMillionDescriptorsInOneTransfer() throws IOException {
        million(1_000_000, 1 << 18);
    }

    @Test
    void manyDescriptorsInOneTransfer() throws IOException {
        million(40_000, 10_000);
    }

    /** Memory of this process that is in use, in bytes. */
    private static long residentBytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(text -> text.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    /** A post takes no memory by the number of its descriptors. */
    private static void postWithinBounds(Xfer x) throws IOException {
        long thread = Thread.currentThread().threadId();
        long resident = residentBytes();
        long allocated = Meters.allocatedBytes(thread);
        assertThat(x.post().drive()).as(x.outcome.toString()).isEqualTo(Status.SUCCESS);
        assertThat(Meters.allocatedBytes(thread) - allocated).isLessThan(1 << 16);
        assertThat(residentBytes() - resident).isLessThan(32 << 20);
    }

    private void million(int count, int blocks) throws IOException {
        try (Arena arena = Arena.ofShared();
                TestAgent a = agent("caller", 2048)) {
            RegisteredMemory file = a.file("rw,create,direct", folder.resolve("f"));
            roundTrip(a, arena, file, blocks);
            MemorySegment in = Bytes.zeros(arena, (long) count * BLOCK);
            Xfer read = a.xfer(Operation.READ, a.register(in), file, count);
            int odd = 7919; // prime: in an order that no two blocks follow each other in
            for (int i = 0; i < count; i++) {
                read.add(in.address() + (long) i * BLOCK, (long) i * odd % blocks * BLOCK, BLOCK);
            }
            assertThat(read.post().drive()).as(read.outcome.toString()).isEqualTo(Status.SUCCESS);
            postWithinBounds(read);
            MemorySegment all = Bytes.zeros(arena, (long) blocks * BLOCK);
            Xfer whole = a.xfer(Operation.READ, a.register(all), file, 1).add(all.address(), 0, all.byteSize());
            assertThat(whole.post().drive()).isEqualTo(Status.SUCCESS);
            for (int i = 0; i < count; i++) {
                long from = (long) i * odd % blocks * BLOCK;
                long to = (long) i * BLOCK;
                assertThat(MemorySegment.mismatch(in, to, to + BLOCK, all, from, from + BLOCK))
                        .isEqualTo(-1);
            }
        }
    }
}
