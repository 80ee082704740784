// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes between files and memory of either kind; ABI tested on a stand-in. */
class MovingTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    @BeforeAll
    static void compile() {
        StandIn.ready();
    }

    @ParameterizedTest
    @CsvSource({"GDS, true", "GDS, false", "GDS_MT, true", "GDS_MT, false"})
    void hostMemoryToFileAndBackByPathAndDescriptor(String backend, boolean byPath) throws Exception {
        Path path = Files.createFile(folder.resolve("f"));
        int fd = FileCalls.open(path.toString(), FileCalls.O_RDWR, 0);
        try (Rig rig = new Rig(backend)) {
            MemorySegment from = rig.random(SIZE);
            MemorySegment to = rig.memory(SIZE);
            RegisteredMemory file = byPath ? rig.file("rw", path) : rig.descriptor(fd);
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, 1);
            assertThat(write.add(from.address(), 7, SIZE).run()).isEqualTo(Status.SUCCESS);
            assertThat(write.transfer.bytesMoved()).isEqualTo(SIZE);

            // the other way round, the file on the near side: WRITE moves out of it
            Rig.Post read = rig.post(Operation.WRITE, file, rig.register(to), 1);
            assertThat(read.add(7, to.address(), SIZE).run()).isEqualTo(Status.SUCCESS);

            assertThat(to.mismatch(from)).isEqualTo(-1);
        } finally {
            FileCalls.close(fd);
        }
        assertThat(Files.size(path)).isEqualTo(SIZE + 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void memoryOfTwoGpusToFileAndBack(String backend) {
        int last = GpuMemory.gpus().size() - 1; // where there is one GPU alone, both are of it
        try (GpuMemory a = GpuMemory.allocate(0, SIZE);
                GpuMemory b = GpuMemory.allocate(last, SIZE);
                Rig rig = new Rig(backend)) {
            MemorySegment content = rig.random(SIZE);
            a.copyFrom(content, 0);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            RegisteredMemory atA = rig.register(a.region());
            RegisteredMemory atB = rig.register(b.region());
            assertThat(rig.post(Operation.WRITE, atA, file, 1)
                            .add(a.address(), 0, SIZE)
                            .run())
                    .isEqualTo(Status.SUCCESS);

            // half to either GPU, in turns of small descriptors: a batch holds memory of one context alone
            Rig.Post back = rig.new Post(Operation.READ, List.of(atA, atB), List.of(file), SIZE / 4096);
            MemorySegment zeros = rig.memory(SIZE);
            a.copyFrom(zeros, 0);
            b.copyFrom(zeros, 0);
            for (int i = 0; i < SIZE / 4096; i++) {
                long at = i * 4096L;
                back.columns.add((i % 2 == 0 ? a : b).address() + at, i % 2, at, 0, 4096, i, false);
            }
            assertThat(back.run()).as(back.ends.text()).isEqualTo(Status.SUCCESS);

            MemorySegment fromA = rig.memory(SIZE);
            MemorySegment fromB = rig.memory(SIZE);
            a.copyTo(fromA, 0);
            b.copyTo(fromB, 0);
            for (int i = 0; i < SIZE / 4096; i++) {
                MemorySegment half = i % 2 == 0 ? fromA : fromB;
                assertThat(half.asSlice(i * 4096L, 4096).mismatch(content.asSlice(i * 4096L, 4096)))
                        .as("block " + i)
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    @Tag(StandIn.TAG)
    void whatComesBackShortIsContinued(String backend) {
        try (Rig rig = new Rig(backend)) {
            MemorySegment from = rig.random(SIZE);
            MemorySegment to = rig.memory(SIZE);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            StandIn.shortBy(1000);
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, 8);
            Rig.Post read = rig.post(Operation.READ, rig.register(to), file, 8);
            for (long at = 0; at < SIZE; at += SIZE / 8) {
                write.add(from.address() + at, at, SIZE / 8);
                read.add(to.address() + at, at, SIZE / 8);
            }
            assertThat(write.run()).isEqualTo(Status.SUCCESS);
            assertThat(read.run()).isEqualTo(Status.SUCCESS);
            assertThat(to.mismatch(from)).isEqualTo(-1);
        }
    }

    @Test
    void longDescriptorsAreSplit() throws Exception {
        try (Rig rig = new Rig("GDS", Map.of("max_request_size", "4096", "batch_limit", "7", "batch_pool_size", "3"))) {
            MemorySegment from = rig.random(SIZE + 1);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, 1);
            assertThat(write.add(from.address(), 0, SIZE + 1).run()).isEqualTo(Status.SUCCESS);
            assertThat(Files.readAllBytes(folder.resolve("f"))).isEqualTo(from.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Else two parts of one descriptor would meet in a block that cuFile may read, change and write back for each. */
    @Test
    @Tag(StandIn.TAG)
    void partsOfADescriptorShareNoBlockOfTheFile() throws Exception {
        try (Rig rig = new Rig("GDS", Map.of("max_request_size", "5000", "batch_limit", "7", "batch_pool_size", "3"))) {
            MemorySegment from = rig.random(SIZE);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, 1);
            assertThat(write.add(from.address(), 100, SIZE).run()).isEqualTo(Status.SUCCESS);
            assertThat(StandIn.count("shared_blocks")).isZero();
            byte[] written = Files.readAllBytes(folder.resolve("f"));
            assertThat(MemorySegment.ofArray(written).asSlice(100).mismatch(from))
                    .isEqualTo(-1);
        }
    }

    /** Native NIXL answers an error when its pool of batches is exhausted; here what finds none free waits. */
    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void aHundredThousandDescriptorsGoThroughSixteenBatches(String backend) {
        int count = 100_000;
        int block = 16;
        try (Rig rig = new Rig(backend)) {
            MemorySegment from = rig.random(count * block);
            MemorySegment to = rig.memory((long) count * block);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, count);
            Rig.Post read = rig.post(Operation.READ, rig.register(to), file, count);
            for (int i = 0; i < count; i++) {
                long there = (long) (count - 1 - i) * block;
                write.add(from.address() + (long) i * block, there, block);
                read.add(to.address() + (long) i * block, there, block);
            }
            assertThat(write.run()).as(write.ends.text()).isEqualTo(Status.SUCCESS);
            assertThat(read.run()).as(read.ends.text()).isEqualTo(Status.SUCCESS);
            assertThat(to.mismatch(from)).isEqualTo(-1);
            if (backend.equals("GDS") && !StandIn.REAL) {
                assertThat(StandIn.count("batches")).isEqualTo(16);
            }
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void aBatchThatCuFileHasNoRoomForWaits() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment from = rig.random(SIZE);
            Rig.Post write =
                    rig.post(Operation.WRITE, rig.register(from), rig.file("rw,create", folder.resolve("f")), 1);
            StandIn.fault("cuFileBatchIOSubmit", 0, 5, CuFileError.BATCH_FULL, 0);
            assertThat(write.add(from.address(), 0, SIZE).run()).isEqualTo(Status.SUCCESS);
            assertThat(rig.backend().details().counters()).containsEntry("batch_full_waits_total", 5L);
        }
    }

    /** The thread that waits for a batch does so within cuFile: seldom more than once each 10 ms. */
    @Test
    @Tag(StandIn.TAG)
    void slowBatchesAreWaitedForWithoutSpinning() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment from = rig.random(SIZE);
            Rig.Post write =
                    rig.post(Operation.WRITE, rig.register(from), rig.file("rw,create", folder.resolve("f")), 1);
            StandIn.delay(200_000_000);
            assertThat(write.add(from.address(), 0, SIZE).run()).isEqualTo(Status.SUCCESS);
            assertThat(StandIn.count("empty_polls")).isBetween(1L, 40L);
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void aSlowBatchIsCancelledAndTheTransferPostedAgain() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment from = rig.random(SIZE);
            Rig.Post write =
                    rig.post(Operation.WRITE, rig.register(from), rig.file("rw,create", folder.resolve("f")), 1);
            StandIn.delay(3_600_000_000_000L);
            write.add(from.address(), 0, SIZE).start();
            Await.until("a look at the batch", () -> StandIn.count("empty_polls") > 0);
            write.transfer.cancel();
            assertThat(write.end()).isEqualTo(Status.CANCELED);
            StandIn.delay(0);
            assertThat(write.run()).isEqualTo(Status.SUCCESS);
        }
    }

    /** The threads may be busy for long, and what waits behind it must not hang on its callbacks either. */
    @Test
    @Tag(StandIn.TAG)
    void aPostThatWaitsIsCancelledAtOnceAndItsCallbackMayWaitForOthers() {
        try (Rig rig = new Rig("GDS", Map.of("batch_pool_size", "1"))) {
            MemorySegment from = rig.random(SIZE);
            RegisteredMemory at = rig.register(from);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post slow = rig.post(Operation.WRITE, at, file, 1).add(from.address(), 0, SIZE);
            Rig.Post first = rig.post(Operation.WRITE, at, file, 1).add(from.address(), 0, SIZE);
            Rig.Post second = rig.post(Operation.WRITE, at, file, 1).add(from.address(), 0, SIZE);
            StandIn.delay(3_600_000_000_000L);
            slow.start();
            Await.until("a look at the batch", () -> StandIn.count("empty_polls") > 0);
            first.start();
            second.start();
            first.transfer.cancel();
            assertThat(first.ends.count()).isEqualTo(1);
            assertThat(first.end()).isEqualTo(Status.CANCELED);

            CountDownLatch called = new CountDownLatch(1);
            first.ends.callback = () -> {
                called.countDown();
                second.end();
            };
            first.start();
            StandIn.delay(0);
            Thread.ofPlatform().daemon().start(first.transfer::cancel);
            Await.until("the callback", () -> called.getCount() == 0);
            slow.transfer.cancel();
            assertThat(second.end()).isEqualTo(Status.SUCCESS);
            assertThat(first.end()).isEqualTo(Status.CANCELED);
        }
    }

    /** Else bytes would go through another GPU's context, which cuFile refuses. */
    @Test
    @Tag(StandIn.TAG)
    void aCallbackMayEnterAnotherContext() {
        try (GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuMemory other = GpuMemory.allocate(1, SIZE);
                Rig rig = new Rig("GDS_MT", Map.of("thread_count", "1"))) {
            rig.register(other.region());
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post write = rig.post(Operation.WRITE, rig.register(gpu.region()), file, 1);
            long otherContext = rig.backend().contexts().of(1);
            write.ends.callback = () -> {
                var _ = CudaNative.setCurrent(otherContext);
            };
            write.add(gpu.address(), 0, SIZE);
            assertThat(write.run()).isEqualTo(Status.SUCCESS);
            assertThat(write.run()).as(write.ends.text()).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aPostThatIsRefusedHasMovedNothing() {
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment from = rig.random(SIZE);
            Rig.Post write =
                    rig.post(Operation.WRITE, rig.register(from), rig.file("rw,create", folder.resolve("f")), 1);
            assertThat(write.add(from.address(), 0, SIZE).run()).isEqualTo(Status.SUCCESS);
            write.columns.clear();
            assertThat(write.add(from.address(), Long.MAX_VALUE, SIZE).run()).isEqualTo(Status.INVALID_PARAM);
            assertThat(write.transfer.bytesMoved()).isZero();
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void closingEndsWhatIsSlow() {
        Rig rig = new Rig("GDS");
        MemorySegment from = rig.random(SIZE);
        Rig.Post write = rig.post(Operation.WRITE, rig.register(from), rig.file("rw,create", folder.resolve("f")), 1);
        StandIn.delay(3_600_000_000_000L);
        write.add(from.address(), 0, SIZE).start();
        Await.until("a look at the batch", () -> StandIn.count("empty_polls") > 0);
        AtomicBoolean freed = new AtomicBoolean();
        rig.backend().workers().close(() -> freed.set(true));
        assertThat(freed).isTrue();
        assertThat(write.end()).isEqualTo(Status.CANCELED);
        rig.close();
    }

    /** The first counts what it can, the others go on, and each that failed is told of. */
    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void theEndOfAFileIsAnErrorOfItsDescriptorsAlone(String backend) throws Exception {
        Files.write(folder.resolve("f"), new byte[1000]);
        try (Rig rig = new Rig(backend)) {
            MemorySegment to = rig.memory(SIZE);
            Rig.Post read = rig.post(Operation.READ, rig.register(to), rig.file("ro", folder.resolve("f")), 3);
            read.add(to.address(), 0, 1000).add(to.address(), 900, 200).add(to.address(), 2000, 10);
            assertThat(read.run()).isEqualTo(Status.BACKEND);
            assertThat(read.ends.column()).isEqualTo(1);
            assertThat(read.ends.text()).contains(folder.resolve("f") + " ends at offset 1000, after 100 of 200 bytes");
            assertThat(read.ends.faults).containsExactlyInAnyOrderEntriesOf(Map.of(1, 100L, 2, 0L));
        }
    }

    /** Whoever registers the same memory again shares what cuFile knows; what it cannot know it moves all the same. */
    @Test
    @Tag(StandIn.TAG)
    void whatCuFileDoesNotRegisterIsMovedAllTheSameAndCounted() {
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment from = rig.random(SIZE);
            StandIn.fault("cuFileBufRegister", 0, 1, 5036, 0);
            BufferRegion refused = (BufferRegion) rig.register(from);
            BufferRegion half = (BufferRegion) rig.register(from.asSlice(0, SIZE / 2));
            BufferRegion again = (BufferRegion) rig.register(from.asSlice(0, SIZE / 2));

            assertThat(List.of(refused.isRegistered(), half.isRegistered(), again.isRegistered()))
                    .containsExactly(false, true, true);
            assertThat(StandIn.count("buffers")).isEqualTo(1);
            assertThat(rig.backend().details().counters()).containsEntry("unregistered_buffers_total", 1L);
            Assertions.assertThatThrownBy(() -> rig.register(from)).isInstanceOfSatisfying(NixlException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
                assertThat(e.remedy()).contains("close the shorter registration");
            });
            half.close();
            again.close();
            Rig.Post write = rig.post(Operation.WRITE, refused, rig.file("rw,create", folder.resolve("f")), 1);
            assertThat(write.add(from.address(), 0, SIZE).run()).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void whatHasAnAgentOfItsOwnIsLeftToIt() {
        try (Rig one = new Rig("GDS");
                Rig other = new Rig("GDS_MT")) {
            MemorySegment memory = one.memory(64);
            RegisteredMemory foreign = other.register(memory);
            RegisteredMemory file = one.file("rw,create", folder.resolve("f"));
            Assertions.assertThatThrownBy(() -> one.post(Operation.WRITE, foreign, file, 1))
                    .isInstanceOfSatisfying(
                            NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
            Assertions.assertThatThrownBy(() -> one.post(Operation.WRITE, file, file, 1))
                    .hasMessageContaining("both sides are files");
        }
    }
}
