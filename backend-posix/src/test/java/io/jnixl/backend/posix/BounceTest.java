// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not aligned as O_DIRECT needs: refused with the alignment, or moved through a buffer where that is asked for. */
@NeedsNative(Native.URING)
@ParameterizedClass
@ValueSource(strings = {"io_uring", "libaio", "pool"})
class BounceTest {
    private static final int SIZE = 300_007; // no multiple of anything, and several rounds of the smallest buffer

    @Parameter
    String engine;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(1 << 20, 4096);
    private final SplittableRandom random = Bytes.random();
    private TestAgent a;
    private RegisteredMemory local;
    private byte[] content;
    private Path path;

    @BeforeEach
    void start() throws IOException {
        a = new TestAgent(Map.of("engine", engine, "bounce_buffer", "64K"), io.jnixl.spi.ProgressPolicy.PARK);
        local = a.register(memory);
        content = new byte[SIZE];
        random.nextBytes(content);
        path = Files.write(folder.resolve("f"), content);
    }

    @AfterEach
    void close() {
        a.close();
        arena.close();
    }

    private byte[] memory(long at, int bytes) {
        return memory.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private byte[] content(int at, int bytes) {
        return Arrays.copyOfRange(content, at, at + bytes);
    }

    @Test
    void anyRangeOfTheFileIsReadToAnyAddress() {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro,direct", path), 64);
        for (int round = 0; round < 30; round++) {
            x.clear();
            memory.fill((byte) 0x5a);
            int n = 1 + random.nextInt(64);
            int[] offsets = new int[n];
            int[] lengths = new int[n];
            long[] places = new long[n];
            long place = 0;
            for (int i = 0; i < n; i++) {
                boolean aligned = random.nextInt(3) == 0;
                lengths[i] = aligned ? 8192 : random.nextInt(random.nextInt(4) == 0 ? 20_000 : 5000);
                offsets[i] = aligned ? 4096 * random.nextInt(70) : random.nextInt(SIZE - lengths[i] + 1);
                place = aligned ? (place + 4095) & -4096 : place + random.nextInt(50);
                places[i] = place;
                x.add(memory.address() + place, offsets[i], lengths[i]);
                place += lengths[i];
            }
            assertThat(x.post().end()).as("%s", x.outcome).isEqualTo(Status.SUCCESS);
            long end = 0;
            for (int i = 0; i < n; i++) {
                assertThat(memory(places[i], lengths[i])).isEqualTo(content(offsets[i], lengths[i]));
                byte[] between = memory(end, (int) (places[i] - end));
                byte[] untouched = new byte[between.length];
                Arrays.fill(untouched, (byte) 0x5a);
                assertThat(between).as("what lies between").isEqualTo(untouched);
                end = places[i] + lengths[i];
            }
        }
    }

    @Test
    void oneDescriptorManyTimesAsLongAsTheBuffer() {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro,direct", path), 1).add(memory.address() + 3, 5, SIZE - 5);
        assertThat(x.post().end()).as("%s", x.outcome).isEqualTo(Status.SUCCESS);
        assertThat(memory(3, SIZE - 5)).isEqualTo(content(5, SIZE - 5));
    }

    @Test
    void readingPastTheEndSaysHowFarItCame() {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro,direct", path), 2)
                .add(memory.address() + 1, SIZE - 1000, 1001);
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome.column()).isZero();
        assertThat(x.outcome.message()).contains("ends at offset " + SIZE);
        x.clear().add(memory.address() + 1, SIZE - 1000, 1000);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory(1, 1000)).isEqualTo(content(SIZE - 1000, 1000));
    }

    @Test
    void aWriteMayComeFromAnyAddress() throws IOException {
        MemorySegment source = Bytes.random(arena, SIZE + 4096, random);
        RegisteredMemory from = a.register(source);
        Path target = folder.resolve("target");
        Xfer x = a.bouncing(Operation.WRITE, from, a.file("rw,create,direct", target), 3)
                .add(source.address() + 1, 0, 4096 * 40)
                .add(source.address() + 4096, 4096 * 40, 8192)
                .add(source.address() + 77, 4096 * 50, 4096);
        assertThat(x.post().end()).as("%s", x.outcome).isEqualTo(Status.SUCCESS);
        byte[] written = Files.readAllBytes(target);
        assertThat(written).hasSize(4096 * 51);
        assertThat(MemorySegment.ofArray(written).asSlice(0, 4096 * 40).mismatch(source.asSlice(1, 4096 * 40)))
                .isEqualTo(-1);
        assertThat(MemorySegment.ofArray(written).asSlice(4096 * 40, 8192).mismatch(source.asSlice(4096, 8192)))
                .isEqualTo(-1);
        assertThat(MemorySegment.ofArray(written).asSlice(4096 * 42, 4096 * 8).mismatch(arena.allocate(4096 * 8)))
                .as("a hole")
                .isEqualTo(-1);
        assertThat(MemorySegment.ofArray(written).asSlice(4096 * 50, 4096).mismatch(source.asSlice(77, 4096)))
                .isEqualTo(-1);
    }

    @Test
    void aWriteOfPartOfABlockIsRefused() throws IOException {
        RegisteredMemory file = a.file("rw,direct", path);
        int unit = ((FileRegion) file).offsetAlignment();
        Xfer x = a.bouncing(Operation.WRITE, local, file, 1).add(memory.address(), 3, unit);
        assertThat(x.post().end()).isEqualTo(Status.INVALID_PARAM);
        assertThat(x.outcome.message())
                .contains("offset and length must be multiples of " + unit + ", the offset is 3 above one");
        assertThat(x.outcome.remedy()).contains("without DIRECT");
        x.clear().add(memory.address(), unit, unit + 9);
        assertThat(x.post().end()).isEqualTo(Status.INVALID_PARAM);
        assertThat(x.outcome.message()).contains("the length is 9 above one");
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    @Test
    void withoutTheOptionItIsRefusedWhenPrepared() {
        RegisteredMemory file = a.file("ro,direct", path);
        int unit = ((FileRegion) file).offsetAlignment();
        assertThatThrownBy(() -> a.prepared(Operation.READ, local, file, Map.of(), memory.address(), 1, unit))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
                    assertThat(e.descriptor()).isZero();
                    assertThat(e.remedy()).contains("bounce");
                })
                .hasMessageContaining("multiples of " + unit + ", the offset is 1 above one");
        assertThatThrownBy(() ->
                        a.prepared(Operation.READ, local, file, Map.of("bonuce", "true"), memory.address(), 0, unit))
                .hasMessageContaining("unknown transfer option bonuce; there are bounce");
        assertThatThrownBy(() ->
                        a.prepared(Operation.READ, local, file, Map.of("bounce", "maybe"), memory.address(), 0, unit))
                .hasMessageContaining("maybe");
    }

    @Test
    void itCanBeCancelledAndPostedAgain() {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro,direct", path), 200);
        for (int i = 0; i < 200; i++) {
            x.add(memory.address() + 1, 1, SIZE - 1);
        }
        for (int i = 0; i < 10; i++) {
            x.post();
            x.transfer.cancel();
            assertThat(x.end()).isIn(Status.CANCELED, Status.SUCCESS);
        }
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory(1, SIZE - 1)).isEqualTo(content(1, SIZE - 1));
    }

    /** A cancel that comes between two rounds ends this post, and none after it. */
    @Test
    void cancelsAtAnyMomentEndOnePostOnly() throws InterruptedException {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro,direct", path), 20);
        for (int i = 0; i < 20; i++) {
            x.add(memory.address() + 1, 1, SIZE - 1);
        }
        for (int i = 0; i < 50; i++) {
            x.post();
            int rounds = random.nextInt(20);
            Thread canceller = Thread.ofPlatform().start(() -> {
                long moved = x.transfer.bytesMoved();
                while (moved < rounds * 60_000L && x.outcome.ends() == 0) {
                    Thread.onSpinWait();
                    moved = x.transfer.bytesMoved();
                }
                x.transfer.cancel();
            });
            assertThat(x.end()).isIn(Status.CANCELED, Status.SUCCESS);
            canceller.join();
            assertThat(x.post().end()).as("the next").isEqualTo(Status.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "full"})
    void durableWritesInSeveralRounds(String durable) throws IOException {
        MemorySegment source = Bytes.random(arena, SIZE, random);
        RegisteredMemory from = a.register(source);
        Path target = folder.resolve("durable");
        Xfer x = a.write(
                        from, List.of(a.file("rw,create,direct", target)), Map.of("bounce", "true", "durable", durable))
                .add(source.address() + 1, 0, 4096 * 60)
                .add(source.address() + 3, 4096 * 60, 4096 * 10);
        for (int run = 0; run < 2; run++) {
            assertThat(x.post().end()).as("%s", x.outcome).isEqualTo(Status.SUCCESS);
            MemorySegment written = MemorySegment.ofArray(Files.readAllBytes(target));
            assertThat(written.byteSize()).isEqualTo(4096 * 70);
            assertThat(written.asSlice(0, 4096 * 60).mismatch(source.asSlice(1, 4096 * 60)))
                    .isEqualTo(-1);
            assertThat(written.asSlice(4096 * 60).mismatch(source.asSlice(3, 4096 * 10)))
                    .isEqualTo(-1);
            Files.write(target, new byte[0]);
        }
    }

    @Test
    void filesInThePageCacheNeedNone() {
        Xfer x = a.bouncing(Operation.READ, local, a.file("ro", path), 1).add(memory.address() + 1, 7, 1000);
        assertThat(x.transfer).isInstanceOf(PosixTransfer.class);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory(1, 1000)).isEqualTo(content(7, 1000));
    }
}
