// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are long, sparse, grown, cut, reserved, oddly named, or opened very often. */
@NeedsNative(Native.URING)
@ParameterizedClass
@ValueSource(strings = {"io_uring", "libaio", "pool"})
class FileKindsTest {
    private static final long FOUR_GIB = 1L << 32;
    private static final int CYCLES = 10_000;

    @Parameter
    String engine;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(1 << 20, 4096);
    private TestAgent a;
    private RegisteredMemory local;

    @BeforeEach
    void start() {
        a = new TestAgent(engine);
        local = a.register(memory);
    }

    @AfterEach
    void close() {
        a.close();
        arena.close();
    }

    private MemoryInfo ask(Path path) {
        return a.backend().query(TestAgent.region(path.toString())).orElseThrow();
    }

    /** Writes a block and reads it back elsewhere. */
    private void roundTrip(RegisteredMemory file, long offset) {
        memory.asSlice(0, 4096).fill((byte) (offset >>> 32 | 1));
        Xfer write = a.xfer(Operation.WRITE, local, file, 1).add(memory.address(), offset, 4096);
        assertThat(write.post().end()).as("%s", write.outcome).isEqualTo(Status.SUCCESS);
        Xfer read = a.xfer(Operation.READ, local, file, 1).add(memory.address() + 8192, offset, 4096);
        assertThat(read.post().end()).as("%s", read.outcome).isEqualTo(Status.SUCCESS);
        assertThat(memory.asSlice(0, 4096).mismatch(memory.asSlice(8192, 4096))).isEqualTo(-1);
    }

    @ValueSource(strings = {"rw,create", "rw,create,direct"})
    @org.junit.jupiter.params.ParameterizedTest
    void offsetsAboveFourGibibytesAndHoles(String mode) {
        Path path = folder.resolve("long");
        RegisteredMemory file = a.file(mode, path);
        for (long offset : new long[] {FOUR_GIB - 4096, FOUR_GIB, FOUR_GIB + 4096, 3 * FOUR_GIB + 8192}) {
            roundTrip(file, offset);
        }
        MemoryInfo info = ask(path);
        assertThat(info.size()).hasValue(3 * FOUR_GIB + 8192 + 4096);
        assertThat(info.allocated().orElseThrow()).as("a sparse file").isLessThan(1 << 20);
        memory.asSlice(0, 65536).fill((byte) 1);
        Xfer hole = a.xfer(Operation.READ, local, file, 1).add(memory.address(), 2 * FOUR_GIB, 65536);
        assertThat(hole.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory.asSlice(0, 65536).mismatch(arena.allocate(65536)))
                .as("zeros")
                .isEqualTo(-1);
    }

    @Test
    void whatTheSystemSaysOfAlignment() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[5000]);
        FileRegion direct = (FileRegion) a.file("ro,direct", path);
        FileRegion cached = (FileRegion) a.file("ro", path);
        assertThat(cached.alignment()).isEqualTo(Alignment.NONE);
        assertThat(direct.alignment().offset()).isBetween(512, 4096);
        if (direct.alignment().reported()) {
            assertThat(ask(path).alignment()).hasValue(direct.alignment());
        } else {
            assertThat(ask(path).alignment()).isEmpty();
        }
    }

    @Test
    void guessesComeFromTheDevice() throws IOException {
        Path disk = Files.createDirectories(folder.resolve("8:0/queue"));
        Files.writeString(disk.resolve("logical_block_size"), "512\n");
        Files.createDirectories(folder.resolve("8:0/sda1"));
        Files.createSymbolicLink(folder.resolve("8:1"), folder.resolve("8:0/sda1"));
        assertThat(SectorSize.read(folder, 8, 0)).isEqualTo(512);
        assertThat(SectorSize.read(folder, 8, 1)).as("a partition").isEqualTo(512);
        assertThat(SectorSize.read(folder, 0, 50)).as("no device").isEqualTo(4096);
        Files.writeString(disk.resolve("logical_block_size"), "many\n");
        assertThat(SectorSize.read(folder, 8, 0)).isEqualTo(4096);
        assertThat(SectorSize.assumed(0, 50)).isEqualTo(new Alignment(4096, 4096, false));
    }

    @Test
    void grownCutAndReserved() throws IOException {
        Path path = folder.resolve("sized");
        FileRegion file = (FileRegion) a.file("rw,create", path);
        file.resize(1 << 20);
        assertThat(Files.size(path)).isEqualTo(1 << 20);
        assertThat(ask(path).allocated()).hasValue(0);
        file.reserve(1 << 19);
        assertThat(Files.size(path)).as("longer already").isEqualTo(1 << 20);
        assertThat(ask(path).allocated().orElseThrow()).isBetween(1L << 19, (1L << 19) + 65536);
        file.resize(100);
        assertThat(Files.size(path)).isEqualTo(100);
        roundTrip(file, 0);
        FileRegion emptied = (FileRegion) a.file("rw,truncate", path);
        assertThat(Files.size(path)).isZero();
        roundTrip(emptied, 0);
        assertThatThrownBy(() -> a.file("ro,truncate", path)).hasMessageContaining("TRUNCATE needs WRITE");
        FileRegion reading = (FileRegion) a.file("ro", path);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
                new org.assertj.core.api.ThrowableAssert.ThrowingCallable[] {
                    () -> reading.resize(1), () -> reading.reserve(1)
                }) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
        }
        assertThatThrownBy(() -> file.reserve(1L << 60)).hasMessageContaining("cannot be given room");
        FileRegion closed = (FileRegion) a.backend().register(TestAgent.region("rw:" + path));
        closed.close();
        assertThatThrownBy(() -> closed.resize(0)).hasMessageContaining("EBADF");
        assertThat(Files.size(path)).isEqualTo(4096);
    }

    @Test
    void oddNames() throws IOException {
        boolean anyName = "UTF-8".equals(System.getProperty("sun.jnu.encoding")); // else Java has no path for it
        String foreign = anyName ? "p\u00e4th \u6587\u4ef6 \ud83d\ude80" : "path";
        for (String name : new String[] {foreign, "a:b,direct:c", "new\nline", "-rf"}) {
            Path path = folder.resolve(name);
            roundTrip(a.file("rw,create", path), 0);
            assertThat(Files.size(path)).isEqualTo(4096);
            assertThat(ask(path).size()).hasValue(4096);
        }
        byte[] zero = ("rw,create:" + folder + "/a\0b").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> a.backend()
                        .register(
                                io.jnixl.api.MemoryRegion.storage(io.jnixl.api.MemoryKind.FILE, 1L << 32, 0, 0, zero)))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining("no valid path");
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void openingAndClosingLeaksNoDescriptor() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        cycle(path, 100);
        long before = descriptors();
        cycle(path, CYCLES);
        assertThat(descriptors()).isLessThan(before + 10); // the runtime has files of its own
    }

    private void cycle(Path path, int times) {
        for (int i = 0; i < times; i++) {
            a.backend()
                    .register(TestAgent.region((i % 2 == 0 ? "ro:" : "rw,direct:") + path))
                    .close();
            if (i % 100 == 0) { // refusals leave none either
                assertThatThrownBy(() -> a.backend().register(TestAgent.region("ro:" + folder)));
            }
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
