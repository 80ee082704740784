// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.PathMode;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTest {
    @TempDir
    Path folder;

    private final TestAgent a = Agents.start("a", ProgressPolicy.PARK, Map.of("chunk", "64K", "file_threads", "2"));
    private final Arena arena = Arena.ofShared();
    private final SplittableRandom random = Bytes.random();

    @AfterEach
    void close() {
        a.closeBackend();
        arena.close();
    }

    private void assertRefused(ErrorCode code, String text, String pathMode) {
        assertThatThrownBy(() -> a.file(pathMode))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 65_536, 65_537, 3_000_001})
    void whatIsWrittenIsReadBack(int size) throws IOException {
        Path path = folder.resolve("data");
        RegisteredMemory file = a.file("rw,create:" + path);
        MemorySegment near = Bytes.random(arena, Math.max(size, 1), random);
        RegisteredMemory memory = a.register(near);
        Xfer write = a.xfer(Operation.WRITE, memory, a.self(), file, 1).add(near.address(), 100, size);
        assertThat(write.notifying("written").post().end()).isEqualTo(Status.SUCCESS);
        assertThat(a.inbox().drain()).containsExactly("a:written");
        assertThat(Files.size(path)).isEqualTo(size == 0 ? 0 : size + 100);
        MemorySegment back = Bytes.zeros(arena, Math.max(size, 1));
        Xfer read = a.xfer(Operation.READ, a.register(back), a.self(), file, 1).add(back.address(), 100, size);
        assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(back.asSlice(0, size).mismatch(near.asSlice(0, size))).isEqualTo(-1);
    }

    @Test
    void theFileMayBeTheLocalSideAndThePeersMemoryTheFarOne() throws IOException {
        try (TestAgent b = Agents.start("b")) {
            byte[] content = new byte[200_000];
            random.nextBytes(content);
            Path path = Files.write(folder.resolve("source"), content);
            MemorySegment far = Bytes.zeros(arena, content.length);
            RegisteredMemory theirs = b.register(far);
            BackendPeer peer = a.load(b);
            RegionHandle remote = a.load(peer, far, theirs);
            RegisteredMemory file = a.file("rw:" + path);
            Xfer write = a.xfer(Operation.WRITE, file, peer, remote, 1).add(0, far.address(), content.length);
            assertThat(write.notifying("here").post().end()).isEqualTo(Status.SUCCESS);
            assertThat(far.mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
            assertThat(b.inbox().drain()).containsExactly("a:here");
            far.fill((byte) 3);
            Xfer read = a.xfer(Operation.READ, file, peer, remote, 1).add(10, far.address(), 1000);
            assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(Files.readAllBytes(path)).hasSize(content.length).containsSequence(new byte[] {3, 3, 3});
            theirs.close();
            assertThat(read.post().end()).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void theEndOfTheFileIsAFailureThatSaysHowFar() throws IOException {
        Path path = Files.write(folder.resolve("short"), new byte[70_000]);
        MemorySegment near = Bytes.zeros(arena, 100_000);
        Xfer x = a.xfer(Operation.READ, a.register(near), a.self(), a.file("ro:" + path), 2)
                .add(near.address(), 0, 10)
                .add(near.address(), 0, 100_000);
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome().column()).isEqualTo(1);
        assertThat(x.outcome().message()).contains("ends at offset 70000", "after 70000 of 100000 bytes");
        x.columns().clear();
        assertThat(x.add(near.address(), 0, 70_000).post().end()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void offsetsPastTheLargestFileAreRefused() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        MemorySegment near = Bytes.zeros(arena, 100);
        Xfer x = a.xfer(Operation.READ, a.register(near), a.self(), a.file("ro:" + path), 1);
        for (long offset : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            x.columns().clear();
            assertThat(x.add(near.address(), offset, 100).post().end()).isEqualTo(Status.INVALID_PARAM);
            assertThat(x.outcome().column()).isZero();
        }
    }

    @Test
    void onlyWritableFilesAreWritten() throws IOException {
        Path path = Files.write(folder.resolve("locked"), new byte[10]);
        RegisteredMemory file = a.file("ro:" + path);
        RegisteredMemory memory = a.register(arena.allocate(10));
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, memory, a.self(), file, 1))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
                .hasMessageContaining("read-only");
    }

    @Test
    void fileToFileIsRefused() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        RegisteredMemory file = a.file("rw:" + path);
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, file, a.self(), file, 1))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
                .hasMessageContaining("both sides are files");
    }

    @Test
    void whatCannotBeOpenedIsRefusedWithTheReason() throws IOException {
        assertRefused(ErrorCode.BACKEND, "does not exist", "ro:" + folder.resolve("missing"));
        assertRefused(ErrorCode.BACKEND, "nor does its directory", "rw,create:" + folder.resolve("no/such"));
        assertRefused(ErrorCode.BACKEND, "is a directory", "ro:" + folder);
        assertRefused(ErrorCode.BACKEND, "not a regular file", "ro:/dev/null");
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        assertRefused(ErrorCode.NOT_SUPPORTED, "NOATIME", "ro,noatime:" + path);
        assertRefused(ErrorCode.INVALID_PARAM, "roo", "roo:" + path);
        MemoryRegion descriptor = MemoryRegion.storage(MemoryKind.FILE, 5, 0, 0, new byte[0]);
        assertThatThrownBy(() -> a.backend().register(descriptor)).hasMessageContaining("file descriptor 5");
    }

    @Test
    void aDenialNamesWhatWasAskedFor() {
        PathMode mode = new PathMode(Path.of("/x"), Set.of(FileOption.WRITE));
        assertThat(FileOpener.failed(mode, new AccessDeniedException("/x")))
                .hasMessageContaining("/x may not be opened for writing: permission denied")
                .hasMessageContaining("permissions");
    }

    @Test
    void filesAreNotPublished() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        assertThat(a.file("ro:" + path).publicData()).isEmpty();
    }

    @Test
    void syncWrites() throws IOException {
        Path path = folder.resolve("sync");
        MemorySegment near = Bytes.random(arena, 5000, random);
        Xfer x = a.xfer(Operation.WRITE, a.register(near), a.self(), a.file("rw,create,sync:" + path), 1)
                .add(near.address(), 0, 5000);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(Files.readAllBytes(path)).isEqualTo(near.toArray(ValueLayout.JAVA_BYTE));
    }

    /** Not every file system has O_DIRECT: then the refusal is what is tested, and the report says so. */
    @Test
    void directNeedsAlignmentAndSaysSo(TestReporter reporter) throws IOException {
        Path path = folder.resolve("direct");
        RegisteredMemory file;
        try {
            file = a.file("rw,create,direct:" + path);
        } catch (NixlException e) {
            assertThat(e).hasMessageContaining("leave out direct");
            reporter.publishEntry("DIRECT", "not supported here: " + e.getMessage());
            return;
        }
        long block = Files.getFileStore(path).getBlockSize();
        MemorySegment near = Bytes.random(arena, 64 * block, random);
        Xfer write =
                a.xfer(Operation.WRITE, a.register(near), a.self(), file, 1).add(near.address(), block, 40 * block);
        assertThat(write.post().end()).as(write.outcome().message()).isEqualTo(Status.SUCCESS);
        MemorySegment back = Bytes.zeros(arena, 64 * block);
        Xfer read = a.xfer(Operation.READ, a.register(back), a.self(), file, 1).add(back.address(), block, 40 * block);
        assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(MemorySegment.mismatch(near, 0, 40 * block, back, 0, 40 * block))
                .isEqualTo(-1);
        read.columns().clear();
        assertThat(read.add(back.address(), block, 60 * block).post().end()).isEqualTo(Status.BACKEND);
        assertThat(read.outcome().message()).contains("ends at offset " + 41 * block);
        read.columns().clear();
        assertThat(read.add(back.address() + 1, block, block).post().end()).isEqualTo(Status.INVALID_PARAM);
        assertThat(read.outcome().message()).contains("multiples of " + block);
        reporter.publishEntry("DIRECT", "done with blocks of " + block + " bytes");
    }

    @Test
    void closingTheRegistrationClosesTheFile() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        RegisteredMemory file = a.file("ro:" + path);
        file.close();
        assertThat(((FileRegion) file).channel().isOpen()).isFalse();
        RegisteredMemory leftOpen = a.file("ro:" + path);
        a.closeBackend();
        assertThat(((FileRegion) leftOpen).channel().isOpen()).isFalse();
    }

    @Test
    void questionsAboutFiles() throws IOException {
        Path path = Files.write(folder.resolve("f"), new byte[10]);
        for (String name : new String[] {path.toString(), "ro:" + path, "rw,create:" + path}) {
            assertThat(a.backend().query(file(name))).hasValueSatisfying(info -> {
                assertThat(info.size()).hasValue(10);
                assertThat(info.modified()).isPresent();
            });
        }
        assertThat(a.backend().query(file("ro:" + path + "-not"))).isEmpty();
        assertThat(a.backend().query(file(path + "/below"))).isEmpty();
        assertThatThrownBy(() -> a.backend().query(file("")))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED));
    }

    private static MemoryRegion file(String name) {
        return MemoryRegion.storage(MemoryKind.FILE, 5, 0, 0, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
