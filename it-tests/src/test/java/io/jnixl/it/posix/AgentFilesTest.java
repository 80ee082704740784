// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.jnixl.api.Agent;
import io.jnixl.api.Alignment;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorFault;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Misalignment;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application sees of files: alignment, room, ends, and what is refused when. */
class AgentFilesTest {
    private static final int SIZE = 100_000;

    private final byte[] content = new byte[SIZE];
    private Path path;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        new SplittableRandom(seed).nextBytes(content);
        Path target =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
        path = Files.write(Files.createTempFile(Files.createDirectories(target), "agent-files", ".dat"), content);
        agent = Agent.builder("files")
                .config(Config.empty().with("agent.backends", "POSIX"))
                .build();
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
        Files.delete(path);
    }

    private byte[] content(int at, int bytes) {
        return Arrays.copyOfRange(content, at, at + bytes);
    }

    @Test
    void alignmentCanBeAskedForAndChecked() {
        try (FileRegion cached = agent.open(path);
                FileRegion direct = agent.open(path, FileOption.DIRECT);
                Allocation memory = direct.allocate(10_000)) {
            assertThat(cached.alignment()).isEqualTo(Alignment.NONE);
            int unit = direct.alignment().offset();
            assertThat(unit).isBetween(512, 4096);
            assertThat(memory.segment().byteSize()).isEqualTo(direct.alignment().roundUp(10_000));
            MemorySegment odd = memory.segment().asSlice(3, unit);
            DescriptorList inMemory = DescriptorList.of(
                    memory.segment().asSlice(0, unit), odd, memory.segment().asSlice(0, 7));
            DescriptorList inFile = DescriptorList.of(
                    direct.slice(0, 1).kind(), direct.device(), new long[] {unit, 5, 0}, new long[] {unit, unit, 7});
            assertThat(direct.misaligned(inMemory, inFile))
                    .containsExactly(
                            new Misalignment(1, direct.alignment().memory() > 1 ? 3 : 0, 5, 0),
                            new Misalignment(2, 0, 0, 7));
            assertThat(cached.misaligned(inMemory, inFile)).isEmpty();
        }
    }

    @Test
    void whatIsNotAlignedIsRefusedWhenPreparedUnlessItMayBounce() {
        try (FileRegion file = agent.open(path, FileOption.DIRECT);
                Allocation memory = agent.allocate(SIZE)) {
            DescriptorList ranges = file.slice(1, 1000);
            MemorySegment target = memory.segment().asSlice(1, 1000);
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> agent.read(ranges).into(target).prepare())
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
                        assertThat(e.descriptor()).isZero();
                        assertThat(e.backend()).isEqualTo("POSIX");
                        assertThat(e.remedy()).contains("option bounce");
                    })
                    .withMessageContaining("a multiple of " + file.alignment().memory() + ", it is 1 above one");
            try (Transfer read =
                    agent.read(ranges).into(target).option("bounce", "true").prepare()) {
                read.post();
                assertThat(read.await()).isEqualTo(Status.SUCCESS);
                assertThat(target.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content(1, 1000));
            }
        }
    }

    @Test
    void memoryOfAnyAlignment() {
        try (Allocation memory = agent.allocate(100, 2 << 20)) {
            assertThat(memory.segment().address() & ((2 << 20) - 1)).isZero();
        }
        for (long wrong : new long[] {0, -1, 3, Long.MIN_VALUE}) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> agent.allocate(100, wrong))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
        }
    }

    @Test
    void endsAreKnownBeforeAndToldAfter() {
        try (FileRegion file = agent.open(path);
                Allocation memory = agent.allocate(SIZE + 10)) {
            DescriptorList ranges = DescriptorList.of(
                    file.slice(0, 1).kind(), file.device(), new long[] {0, SIZE - 5, SIZE, -1, 5}, new long[] {
                        SIZE, 6, 0, 1, 5
                    });
            assertThat(file.pastEnd(ranges)).containsExactly(1, 3);
            try (Transfer read = agent.read(file.slice(SIZE - 5, 10))
                    .into(memory.segment().asSlice(0, 10))
                    .prepare()) {
                read.post();
                assertThat(read.await()).isEqualTo(Status.BACKEND);
                assertThat(read.failure().message()).contains("ends at offset " + SIZE + ", after 5 of 10 bytes");
            }
        }
    }

    @Test
    void whatFailedIsListedAndTheRestHasMoved() {
        try (FileRegion file = agent.open(path);
                Allocation memory = agent.allocate(SIZE)) {
            long[] offsets = {0, SIZE - 10, 200, SIZE + 5, 5000};
            long[] lengths = {100, 30, 300, 7, 400};
            MemorySegment[] places = new MemorySegment[offsets.length];
            for (int i = 0; i < places.length; i++) {
                places[i] = memory.segment().asSlice(1000L * i, lengths[i]);
            }
            DescriptorList ranges = DescriptorList.of(file.slice(0, 1).kind(), file.device(), offsets, lengths);
            try (Transfer read = agent.transfer(Operation.READ, DescriptorList.of(places), agent.self(), ranges)
                    .prepare()) {
                read.post();
                assertThat(read.await()).isEqualTo(Status.BACKEND);
                assertThat(read.failure().descriptor()).isEqualTo(1);
                assertThat(read.failure().faultCount()).isEqualTo(2);
                assertThat(read.failure().faults())
                        .extracting(DescriptorFault::descriptor, DescriptorFault::offset, DescriptorFault::bytesDone)
                        .containsExactly(tuple(1, (long) SIZE, 10L), tuple(3, SIZE + 5L, 0L));
                for (int i : new int[] {0, 2, 4}) {
                    assertThat(places[i].toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(content((int) offsets[i], (int) lengths[i]));
                }
            }
        }
    }

    @Test
    void filesAreEmptiedGrownReservedAndCut() throws IOException {
        FileRegion closed;
        try (FileRegion file = agent.open(path, FileOption.WRITE, FileOption.TRUNCATE)) {
            closed = file;
            assertThat(file.size()).isZero();
            file.resize(1 << 20);
            assertThat(file.size()).isEqualTo(1 << 20);
            file.reserve(2 << 20);
            assertThat(file.size()).isEqualTo(2 << 20);
            file.resize(10);
            assertThat(Files.size(path)).isEqualTo(10);
            assertThatExceptionOfType(NixlException.class).isThrownBy(() -> file.resize(-1));
            assertThatExceptionOfType(NixlException.class).isThrownBy(() -> file.reserve(0));
        }
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> closed.resize(5))
                .withMessageContaining("it is closed");
        try (FileRegion file = agent.open(path)) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> file.resize(5))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
                    .withMessageContaining("open it with WRITE");
        }
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent.open(path, FileOption.TRUNCATE))
                .withMessageContaining("TRUNCATE needs WRITE");
        assertThat(Files.size(path)).isEqualTo(10);
    }
}
