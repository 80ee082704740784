// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A descriptor that fails leaves the others of its transfer alone, also those that one system call moves with it. */
@NeedsNative(Native.URING)
@ParameterizedClass
@ValueSource(strings = {"io_uring", "pool"})
class OutcomesTest {
    private static final int SIZE = 10_000;

    @Parameter
    String engine;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final SplittableRandom random = Bytes.random();
    private TestAgent a;
    private MemorySegment memory;
    private RegisteredMemory local;
    private Path path;
    private byte[] content;

    @BeforeEach
    void start() throws IOException {
        a = new TestAgent(engine);
        memory = Bytes.zeros(arena, 1 << 20);
        local = a.register(memory);
        content = Bytes.random(arena, SIZE, random).toArray(ValueLayout.JAVA_BYTE);
        path = Files.write(folder.resolve("f"), content);
    }

    @AfterEach
    void close() {
        a.close();
        arena.close();
    }

    private void assertGot(long at, int offset, int bytes) {
        assertThat(memory.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(Arrays.copyOfRange(content, offset, offset + bytes));
    }

    @Test
    void theOthersFinish() {
        Xfer x = a.xfer(Operation.READ, local, a.file("ro", path), 5)
                .add(memory.address(), 0, 100)
                .add(memory.address() + 1000, SIZE, 100)
                .add(memory.address() + 2000, SIZE - 30, 100)
                .add(memory.address() + 3000, 1 << 20, 100)
                .add(memory.address() + 4000, 5000, 100);
        for (int run = 0; run < 3; run++) {
            memory.fill((byte) 0);
            assertThat(x.post().end()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome.column()).isEqualTo(1);
            assertGot(0, 0, 100);
            assertGot(2000, SIZE - 30, 30);
            assertGot(4000, 5000, 100);
            assertThat(x.posix().why(0)).isZero();
            assertThat(x.posix().bytesDone(0)).isEqualTo(100);
            assertThat(x.posix().why(1)).isEqualTo(Fault.END_OF_FILE);
            assertThat(x.posix().bytesDone(1)).isZero();
            assertThat(x.posix().why(2)).isEqualTo(Fault.END_OF_FILE);
            assertThat(x.posix().bytesDone(2)).isEqualTo(30);
            assertThat(x.posix().why(3)).isEqualTo(Fault.END_OF_FILE);
            assertThat(x.posix().why(4)).isZero();
            assertThat(x.outcome.faults).containsOnly(entry(1, 0L), entry(2, 30L), entry(3, 0L));
        }
    }

    /** 200 pieces of 100 bytes, one after the other in a file of 100 of them and a half, scattered and in a row in memory. */
    @Test
    void neighboursInTheFile() {
        for (int stride : new int[] {100, 333}) {
            Xfer x = a.xfer(Operation.READ, local, a.file("ro", path), 200);
            for (int i = 0; i < 200; i++) {
                x.add(memory.address() + (long) i * stride, 50 + i * 100L, 100);
            }
            memory.fill((byte) 0);
            assertThat(x.post().end()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome.column()).isEqualTo(99);
            for (int i = 0; i < 200; i++) {
                long done = i < 99 ? 100 : i == 99 ? 50 : 0;
                assertThat(x.posix().bytesDone(i)).as("piece %s", i).isEqualTo(done);
                assertThat(x.posix().why(i)).isEqualTo(i < 99 ? 0 : Fault.END_OF_FILE);
                if (i < 99) {
                    assertGot((long) i * stride, 50 + i * 100, 100);
                }
            }
        }
    }

    /** The same pieces in any order: what is told is still each one's own. */
    @Test
    void neighboursThatCameShuffled() {
        for (int round = 0; round < 20; round++) {
            Xfer x = a.xfer(Operation.READ, local, a.file("ro", path), 200);
            int[] order = IntStream.range(0, 200).toArray();
            for (int i = 199; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int other = order[j];
                order[j] = order[i];
                order[i] = other;
            }
            for (int i = 0; i < 200; i++) {
                x.add(memory.address() + i * 333L, 50 + order[i] * 100L, 100);
            }
            memory.fill((byte) 0);
            assertThat(x.post().end()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome.column())
                    .isEqualTo(IntStream.range(0, 200)
                            .filter(i -> order[i] >= 99)
                            .min()
                            .orElseThrow());
            for (int i = 0; i < 200; i++) {
                long done = order[i] < 99 ? 100 : order[i] == 99 ? 50 : 0;
                assertThat(x.posix().bytesDone(i)).as("piece %s", i).isEqualTo(done);
                assertThat(x.posix().why(i)).isEqualTo(order[i] < 99 ? 0 : Fault.END_OF_FILE);
                if (done > 0) {
                    assertGot(i * 333L, 50 + order[i] * 100, (int) done);
                }
                if (done < 100) {
                    assertThat(x.outcome.faults).containsEntry(i, done);
                }
            }
        }
    }

    /** One of the pieces has no memory: only it fails, of all that the kernel was asked for at once. */
    @Test
    void oneOfSeveralPiecesIsBad() {
        RegisteredMemory all = a.backend().register(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, Long.MAX_VALUE - 4096));
        Xfer x = a.xfer(Operation.READ, all, a.file("ro", path), 10);
        for (int i = 0; i < 10; i++) {
            x.add(i == 6 ? 4096 : memory.address() + i * 1000L, i * 100L, 100);
        }
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.column()).isEqualTo(6);
        for (int i = 0; i < 10; i++) {
            assertThat(x.posix().why(i)).as("piece %s", i).isEqualTo(i == 6 ? Errno.EFAULT : 0);
            if (i != 6) {
                assertGot(i * 1000L, i * 100, 100);
            }
        }
    }

    @Test
    void neighboursAreWrittenAndReadBack() throws IOException {
        for (String mode : new String[] {"rw,create", "rw,create,direct"}) {
            int unit = 4096;
            int count = 150;
            Path there = folder.resolve("many" + mode.length());
            RegisteredMemory file = a.file(mode, there);
            MemorySegment out = Bytes.random(arena, (long) count * unit, random);
            MemorySegment in = Bytes.zeros(arena, (long) count * unit);
            Xfer write = a.xfer(Operation.WRITE, a.register(out), file, count);
            Xfer read = a.xfer(Operation.READ, a.register(in), file, count);
            for (int i = 0; i < count; i++) {
                long piece = (i % 10 < 5 ? i : i / 10 * 10 + 14 - i % 10) * (long) unit; // in a row, then backwards
                write.add(out.address() + piece, (long) i * unit, unit);
                read.add(in.address() + piece, (long) i * unit, unit);
            }
            assertThat(write.post().end()).as(write.outcome.toString()).isEqualTo(Status.SUCCESS);
            byte[] bytes = Files.readAllBytes(there);
            for (int i = 0; i < count; i++) {
                long piece = write.columns.localAddress(i) - out.address();
                assertThat(out.asSlice(piece, unit).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(Arrays.copyOfRange(bytes, i * unit, (i + 1) * unit));
            }
            assertThat(read.post().end()).as(read.outcome.toString()).isEqualTo(Status.SUCCESS);
            assertThat(in.mismatch(out)).isEqualTo(-1);
        }
    }
}
