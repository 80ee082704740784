// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.PathMode;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done ends in an error that says what, where and why, and never in a wait without end. */
@NeedsNative(Native.URING)
@ParameterizedClass
@ValueSource(strings = {"io_uring", "libaio", "pool"})
class RefusalTest {
    @Parameter
    String engine;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(1 << 21, 4096);
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

    private Path file(int bytes) throws IOException {
        return Files.write(folder.resolve("f" + bytes), new byte[bytes]);
    }

    private static void assertRefused(ErrorCode code, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.backend()).isEqualTo("POSIX");
                })
                .hasMessageContaining(words);
    }

    private Xfer read(RegisteredMemory file) {
        return a.xfer(Operation.READ, local, file, 4);
    }

    // ---- while bytes move

    @Test
    void theEndOfTheFileIsAFailureThatSaysHowFar() throws IOException {
        RegisteredMemory file = a.file("ro", file(70_000));
        Xfer x = read(file).add(memory.address(), 0, 10).add(memory.address(), 100, 100_000);
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.column()).isEqualTo(1);
        assertThat(x.outcome.message()).contains("f70000 ends at offset 70000, after 69900 of 100000 bytes");
        assertThat(x.outcome.remedy()).contains("no further than the file's size");
        assertThat(x.clear().add(memory.address(), 0, 70_000).post().end()).isEqualTo(Status.SUCCESS);
        assertThat(x.clear().add(memory.address(), 1 << 30, 1).post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.message()).contains("ends at offset 1073741824, after 0 of 1 bytes");
    }

    @Test
    void theForemostFailureIsTheOneReported() throws IOException {
        RegisteredMemory file = a.file("ro", file((1 << 20) + 100));
        Xfer x = read(file).add(memory.address(), 0, 1 << 21).add(memory.address(), 1 << 25, 100);
        for (int i = 0; i < 50; i++) {
            assertThat(x.post().end()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome.column()).isZero();
            assertThat(x.outcome.message()).contains("after 1048676 of 2097152 bytes");
        }
    }

    @Test
    void theEndOfAFileThatIsReadDirectly() throws IOException {
        RegisteredMemory file = a.file("ro,direct", file(4096 + 100));
        Xfer x = read(file).add(memory.address(), 0, 8192);
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.message()).contains("ends at offset 4196, after 4196 of 8192 bytes");
    }

    @Test
    void misalignmentIsNamedBeforeAnythingMoves() throws IOException {
        RegisteredMemory file = a.file("rw,direct", file(1 << 20));
        int unit = ((FileRegion) file).offsetAlignment();
        assertThat(unit).isBetween(512, 4096);
        Xfer x = a.xfer(Operation.WRITE, local, file, 2)
                .add(memory.address(), 0, unit)
                .add(memory.address(), 1, unit);
        assertThat(x.post().end()).isEqualTo(Status.INVALID_PARAM);
        assertThat(x.outcome.column()).isEqualTo(1);
        assertThat(x.outcome.message()).contains("offset and length must be multiples of " + unit);
        x.clear().add(memory.address(), 0, unit + 1);
        assertThat(x.post().end()).isEqualTo(Status.INVALID_PARAM);
        x.clear().add(memory.address() + 1, 0, unit);
        assertThat(x.post().end()).isEqualTo(Status.INVALID_PARAM);
        assertThat(x.outcome.message())
                .contains("the address must be a multiple of " + ((FileRegion) file).memoryAlignment());
        assertThat(x.outcome.remedy()).contains("without DIRECT");
    }

    @Test
    void offsetsPastTheLargestFile() throws IOException {
        Xfer x = read(a.file("ro", file(10)));
        for (long offset : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(x.clear().add(memory.address(), offset, 100).post().end())
                    .isEqualTo(Status.INVALID_PARAM);
            assertThat(x.outcome.column()).isZero();
            assertThat(x.outcome.message()).contains("end past the largest file");
        }
    }

    @Test
    void aDescriptorThatIsClosedWhileRegistered() throws IOException {
        int fd = FileCalls.open(file(10).toString(), 0, 0);
        Xfer x = read(a.descriptor(fd)).add(memory.address(), 0, 10);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(FileCalls.close(fd)).isZero();
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.nativeError()).contains("errno 9 (EBADF");
        assertThat(x.outcome.message()).contains("file descriptor " + fd, "offset 0", "after 0 of 10 bytes");
        assertThat(x.outcome.remedy()).contains("keep the file descriptor open");
    }

    @Test
    void memoryThatIsNotThere() throws IOException {
        RegisteredMemory nowhere = a.backend().register(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 4096));
        Xfer x = a.xfer(Operation.READ, nowhere, a.file("ro", file(5000)), 1).add(4096, 0, 4096);
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.nativeError()).contains("EFAULT");
    }

    // ---- when prepared

    @Test
    void filesThatMayNotBeWritten() throws IOException {
        Path path = file(10);
        RegisteredMemory byPath = a.file("ro", path);
        assertRefused(ErrorCode.NOT_ALLOWED, "is read-only", () -> a.xfer(Operation.WRITE, local, byPath, 1));
        int reading = FileCalls.open(path.toString(), 0, 0);
        int writing = FileCalls.open(path.toString(), FileCalls.O_WRONLY, 0);
        int appending = FileCalls.open(path.toString(), FileCalls.O_RDWR | FileCalls.O_APPEND, 0);
        RegisteredMemory readOnly = a.descriptor(reading);
        RegisteredMemory writeOnly = a.descriptor(writing);
        RegisteredMemory append = a.descriptor(appending);
        assertRefused(
                ErrorCode.NOT_ALLOWED,
                "(file descriptor " + reading + ") is read-only",
                () -> a.xfer(Operation.WRITE, local, readOnly, 1));
        assertRefused(ErrorCode.NOT_ALLOWED, "for writing only", () -> a.xfer(Operation.READ, local, writeOnly, 1));
        assertRefused(ErrorCode.NOT_ALLOWED, "O_APPEND", () -> a.xfer(Operation.WRITE, local, append, 1));
        assertThat(a.xfer(Operation.READ, local, append, 1)
                        .add(memory.address(), 0, 10)
                        .post()
                        .end())
                .isEqualTo(Status.SUCCESS);
        assertRefused(
                ErrorCode.NOT_ALLOWED,
                "remote region 0 (" + byPath + ") is read-only",
                () -> a.xfer(Operation.WRITE, local, byPath, 1));
        for (int fd : new int[] {reading, writing, appending}) {
            assertThat(FileCalls.close(fd)).isZero();
        }
    }

    @Test
    void sidesThatDoNotFit() throws IOException {
        RegisteredMemory file = a.file("rw", file(10));
        assertRefused(ErrorCode.NOT_SUPPORTED, "both sides are files", () -> a.xfer(Operation.READ, file, file, 1));
        assertRefused(ErrorCode.NOT_SUPPORTED, "neither side is a file", () -> a.xfer(Operation.READ, local, local, 1));
        try (TestAgent other = new TestAgent("pool")) {
            RegisteredMemory foreign = other.register(memory);
            assertRefused(ErrorCode.INVALID_PARAM, "another backend", () -> a.xfer(Operation.READ, foreign, file, 1));
        }
        assertThat(a.backend().moves(Operation.READ, MemoryKind.DRAM, MemoryKind.FILE))
                .isTrue();
        assertThat(a.backend().moves(Operation.READ, MemoryKind.FILE, MemoryKind.DRAM))
                .isTrue();
        assertThat(a.backend().moves(Operation.READ, MemoryKind.DRAM, MemoryKind.DRAM))
                .isFalse();
        assertThat(a.backend().moves(Operation.READ, MemoryKind.FILE, MemoryKind.FILE))
                .isFalse();
    }

    // ---- when registered

    @Test
    void whatCannotBeOpened() throws Exception {
        Path path = file(10);
        assertRefused(ErrorCode.BACKEND, "does not exist", () -> a.file("ro", folder.resolve("missing")));
        assertRefused(
                ErrorCode.BACKEND, "nor does its directory", () -> a.file("rw,create", folder.resolve("no/such")));
        assertRefused(ErrorCode.BACKEND, "does not exist", () -> a.file("ro", path.resolve("below")));
        assertRefused(ErrorCode.BACKEND, "is a directory", () -> a.file("ro", folder));
        assertRefused(ErrorCode.BACKEND, "neither a regular file nor", () -> a.file("ro", Path.of("/dev/null")));
        assertRefused(ErrorCode.BACKEND, "ENAMETOOLONG", () -> a.file("ro", Path.of("x".repeat(300))));
        assertRefused(ErrorCode.BACKEND, "direct", () -> a.file("ro,direct", Path.of("/proc/self/status")));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(ErrorCode.BACKEND, "neither a regular file nor", () -> a.file("rw", pipe));
        assertThatThrownBy(() -> a.file("roo", path)).hasMessageContaining("roo");
    }

    @Test
    void descriptorsThatAreNotUsable() throws IOException {
        int fd = FileCalls.open(file(10).toString(), 0, 0);
        int onlyPath = FileCalls.open(file(10).toString(), FileCalls.O_PATH, 0);
        int directory = FileCalls.open(folder.toString(), 0, 0);
        int device = FileCalls.open("/dev/zero", 0, 0);
        assertThat(FileCalls.close(fd)).isZero();
        assertRefused(ErrorCode.INVALID_PARAM, "file descriptor 1000000 is not open", () -> a.descriptor(1_000_000));
        assertRefused(ErrorCode.INVALID_PARAM, "O_PATH", () -> a.descriptor(onlyPath));
        assertRefused(ErrorCode.BACKEND, "is a directory", () -> a.descriptor(directory));
        assertRefused(ErrorCode.BACKEND, "neither a regular file nor", () -> a.descriptor(device));
        assertRefused(ErrorCode.INVALID_PARAM, "device 2147483648 is no file descriptor", () -> a.descriptor(1L << 31));
        for (int each : new int[] {onlyPath, directory, device}) {
            assertThat(FileCalls.close(each)).isZero();
        }
    }

    @Test
    void otherKindsOfMemory() {
        assertRefused(
                ErrorCode.NOT_SUPPORTED,
                "neither host memory nor a file",
                () -> a.backend().register(MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, 4096)));
        MemorySegment heap = MemorySegment.ofArray(new byte[10]);
        MemoryRegion onHeap = new MemoryRegion(MemoryKind.DRAM, 0, 10, 0, heap, new byte[0]);
        assertRefused(ErrorCode.INVALID_PARAM, "Java heap", () -> a.backend().register(onHeap));
    }

    // ---- whose descriptor it is

    @Test
    void onlyFilesOpenedByPathAreClosed() throws IOException {
        Path path = file(10);
        int fd = FileCalls.open(path.toString(), 0, 0);
        RegisteredMemory byNumber = a.backend().register(TestAgent.region(fd));
        RegisteredMemory byPath = a.backend().register(TestAgent.region("ro:" + path));
        int own = ((FileRegion) byPath).fd();
        byNumber.close();
        byPath.close();
        assertThat(FileCalls.flags(fd)).isNotNegative();
        assertThat(FileCalls.flags(own)).isNegative();
        assertThat(FileCalls.close(fd)).isZero();
    }

    @Test
    void questionsAboutFiles() throws IOException {
        Path path = file(10);
        String plain = path.toString();
        for (String name : new String[] {plain, "ro:" + plain, "rw,create,direct:" + plain}) {
            assertThat(a.backend().query(TestAgent.region(name))).hasValueSatisfying(info -> {
                assertThat(info.size()).hasValue(10);
                assertThat(info.mode().orElseThrow() & 0xf000).isEqualTo(0x8000);
                assertThat(info.modified()).isPresent();
            });
        }
        assertThat(PathMode.pathOf(("row:" + plain).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo("row:" + plain);
        assertThat(a.backend().query(TestAgent.region(plain + "-not"))).isEmpty();
        assertThat(a.backend().query(TestAgent.region(plain + "/below"))).isEmpty();
        int fd = FileCalls.open(plain, 0, 0);
        assertThat(a.backend().query(TestAgent.region(fd)))
                .hasValueSatisfying(info -> assertThat(info.size()).hasValue(10));
        assertThat(FileCalls.close(fd)).isZero();
        assertThat(a.backend().query(TestAgent.region(1_000_000))).isEmpty();
        assertThat(a.backend().query(TestAgent.region(1L << 33))).isEmpty();
        assertRefused(ErrorCode.BACKEND, "ENAMETOOLONG", () -> a.backend().query(TestAgent.region("x".repeat(300))));
    }
}
