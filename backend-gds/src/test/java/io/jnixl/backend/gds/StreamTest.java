// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.backend.tck.Await;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies, reads and writes in the order of a stream; ABI tested on a stand-in, where most of it is told to fail. */
class StreamTest {
    private static final int SIZE = 1 << 16;
    private static final int HALF = SIZE / 2;
    private static final int CYCLES = 1000;
    private static final long DELAY_NANOS = 200_000_000;

    @TempDir
    Path folder;

    @BeforeEach
    @AfterEach
    void noFaults() {
        StandIn.ready();
    }

    private FileRegion file(Rig rig) {
        return (FileRegion) rig.file("rw,create", folder.resolve("f"));
    }

    /** Host memory to a GPU's, from there to a file, back to other memory of the GPU, and to the host: all given before any of it is done. */
    @Test
    void bytesGoToAFileAndBackInTheOrderOfTheStream() throws Exception {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory first = GpuMemory.allocate(0, SIZE);
                GpuMemory second = GpuMemory.allocate(0, SIZE);
                GpuStream stream = GpuStream.open(0);
                FileStream files = new FileStream(stream)) {
            MemorySegment from = rig.random(SIZE);
            MemorySegment to = rig.memory(SIZE);
            FileRegion file = file(rig);
            stream.copy(from, first, 0);
            try (FileMove write = files.write(file, 0, first, 0, SIZE);
                    FileMove read = files.read(file, HALF, second, 0, HALF);
                    FileMove rest = files.read(file, 0, second, HALF, HALF)) {
                stream.copy(second, 0, to);
                try (GpuEvent event = stream.record()) {
                    event.await();
                    assertThat(event.hasCome()).isTrue();
                }
                assertThat(write.bytes()).isEqualTo(SIZE);
                assertThat(read.bytes()).isEqualTo(HALF);
                assertThat(rest.bytes()).isEqualTo(HALF);
            }
            assertThat(to.asSlice(0, HALF).mismatch(from.asSlice(HALF))).isEqualTo(-1);
            assertThat(to.asSlice(HALF).mismatch(from.asSlice(0, HALF))).isEqualTo(-1);
            assertThat(Files.size(folder.resolve("f"))).isEqualTo(SIZE);
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void anEventComesWhenAllBeforeItIsDone() {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(1, SIZE);
                GpuStream stream = GpuStream.open(1)) {
            MemorySegment from = rig.random(SIZE);
            MemorySegment to = rig.memory(SIZE);
            StandIn.delay(DELAY_NANOS);
            stream.copy(from, gpu, 0);
            stream.copy(gpu, 0, to);
            try (GpuEvent event = stream.record()) {
                assertThat(event.hasCome()).isFalse();
                assertThat(to.mismatch(from)).isNotEqualTo(-1);
                Await.until("the event", event::hasCome);
                assertThat(to.mismatch(from)).isEqualTo(-1);
            }
        }
    }

    /** Of calls as {@link CuFileNative} has them: what is said of memory that must live on is no caution but the way that cuFile has. */
    @ParameterizedTest
    @CsvSource({"0, 4096, 8192, 0", "7, 16384, 0, 4096", "4, 16384, 8192, 0", "3, 4096, 0, 4096"})
    @Tag(StandIn.TAG)
    void whatToMoveIsLookedAtWhenTheStreamGetsThere(int fixed, long moved, long start, long inBuffer) throws Exception {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuStream stream = GpuStream.open(0)) {
            FileRegion file = file(rig);
            MemorySegment content = rig.random(SIZE);
            gpu.copyFrom(content, 0);
            MemorySegment bytes = rig.arena().allocateFrom(JAVA_LONG, 16384);
            MemorySegment at = rig.arena().allocateFrom(JAVA_LONG, 0);
            MemorySegment offset = rig.arena().allocateFrom(JAVA_LONG, 4096);
            MemorySegment done = rig.arena().allocateFrom(JAVA_LONG, -77);
            long handle = stream.handle();
            assertThat(CuFileNative.streamRegister(handle, fixed)).isZero();
            assertThat(stream.within(() ->
                            CuFileNative.writeAsync(file.handle(), gpu.address(), bytes, at, offset, done, handle)))
                    .isZero();
            bytes.set(JAVA_LONG, 0, 4096);
            at.set(JAVA_LONG, 0, 8192);
            offset.set(JAVA_LONG, 0, 0);
            assertThat(done.get(JAVA_LONG, 0)).isEqualTo(-77);
            stream.synchronize();
            assertThat(CuFileNative.streamDeregister(handle)).isZero();
            assertThat(done.get(JAVA_LONG, 0)).isEqualTo(moved);
            byte[] written = Files.readAllBytes(folder.resolve("f"));
            assertThat(written.length).isEqualTo(start + moved);
            assertThat(MemorySegment.ofArray(written).asSlice(start).mismatch(content.asSlice(inBuffer, moved)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void readsPastTheEndOfAFileAreShort() {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuStream stream = GpuStream.open(0);
                FileStream files = new FileStream(stream)) {
            FileRegion file = file(rig);
            file.resize(HALF);
            try (FileMove some = files.read(file, 0, gpu, 0, SIZE);
                    FileMove none = files.read(file, HALF, gpu, 0, SIZE)) {
                assertThat(some.bytes()).isEqualTo(HALF);
                assertThat(none.bytes()).isZero();
            }
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void shortWritesAreTold() {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuStream stream = GpuStream.open(0);
                FileStream files = new FileStream(stream)) {
            StandIn.shortBy(1000);
            try (FileMove write = files.write(file(rig), 0, gpu, 0, SIZE)) {
                assertThat(write.bytes()).isEqualTo(1000);
            }
        }
    }

    // ---- failures

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuStreamCreate",
                "cuStreamSynchronize",
                "cuStreamDestroy",
                "cuMemcpyHtoDAsync",
                "cuMemcpyDtoHAsync",
                "cuEventCreate",
                "cuEventRecord",
                "cuEventQuery",
                "cuEventSynchronize",
                "cuEventDestroy"
            })
    @Tag(StandIn.TAG)
    void cudasErrorsAreTold(String call) {
        fails(() -> copies(() -> StandIn.fault(call, 0, 1, 1, 2)), "2 (CUDA_ERROR_OUT_OF_MEMORY, out of memory)");
    }

    private static void copies(Runnable fault) {
        try (GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                Arena arena = Arena.ofConfined()) {
            fault.run();
            try (GpuStream stream = GpuStream.open(0)) {
                stream.copy(arena.allocate(SIZE), gpu, 0);
                stream.copy(gpu, 0, arena.allocate(SIZE));
                try (GpuEvent event = stream.record()) {
                    var _ = event.hasCome();
                    event.await();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuFileStreamRegister", "cuFileStreamDeregister", "cuFileReadAsync", "cuFileWriteAsync"})
    @Tag(StandIn.TAG)
    void cuFilesErrorsAreToldWithCudasBehindThem(String call) {
        fails(
                () -> moves(() -> StandIn.fault(call, 0, 1, 5011, 201)),
                "5011 (CU_FILE_CUDA_DRIVER_ERROR",
                "CUDA error 201 (CUDA_ERROR_INVALID_CONTEXT");
        assertThat(StandIn.count("file_streams")).isZero();
    }

    private void moves(Runnable fault) {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuStream stream = GpuStream.open(0)) {
            FileRegion file = file(rig);
            fault.run();
            try (FileStream files = new FileStream(stream);
                    FileMove write = files.write(file, 0, gpu, 0, SIZE);
                    FileMove read = files.read(file, 0, gpu, 0, SIZE)) {
                assertThat(write.bytes()).isEqualTo(SIZE);
                assertThat(read.bytes()).isEqualTo(SIZE);
            }
        }
    }

    @Test
    @Tag(StandIn.TAG)
    void errorsOfTheMovingItselfAreTold() {
        fails(
                () -> moves(() -> StandIn.fault("stream", 0, 1, 5014, 0)),
                "writing 65536 bytes at 0",
                "5014 (CU_FILE_CUDA_POINTER_RANGE_ERROR");
        fails(
                () -> moves(() -> StandIn.fault("stream", 1, 1, 5, 0)),
                "reading 65536 bytes at 0",
                "the system refused, and cuFile does not say why");
    }

    private static void fails(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BACKEND);
                    assertThat(e.remedy()).isNotBlank();
                })
                .message()
                .contains(words);
    }

    @Test
    @Tag(StandIn.TAG)
    void whatDoesNotFitIsRefusedBeforeAnythingIsGiven() {
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE);
                GpuMemory other = GpuMemory.allocate(1, SIZE);
                GpuStream stream = GpuStream.open(0);
                FileStream files = new FileStream(stream)) {
            FileRegion file = file(rig);
            MemorySegment host = rig.memory(SIZE);
            refused(() -> stream.copy(host, gpu, 1), "are not within");
            refused(() -> stream.copy(host, other, 0), "does not go with a stream of GPU 0");
            refused(() -> stream.copy(MemorySegment.ofArray(new byte[1]), gpu, 0), "heap");
            refused(() -> files.read(file, 0, other, 0, 1), "does not go with a stream of GPU 0");
            refused(() -> files.read(file, 0, gpu, 1, SIZE), "are not within");
            refused(() -> files.write(file, -1, gpu, 0, 1), "are not within");
            refused(() -> files.write(file, Long.MAX_VALUE, gpu, 0, SIZE), "are not within");
            refused(() -> GpuStream.open(2), "there is no GPU 2");
        }
    }

    private static void refused(ThrowingCallable call, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining(words);
    }

    @Test
    void whatIsClosedIsNotUsed() {
        GpuStream stream = GpuStream.open(0);
        stream.close();
        stream.close();
        assertThatThrownBy(stream::synchronize).hasMessageContaining("is closed");
    }

    // ---- what is left, and what is there

    @Test
    @Tag(StandIn.TAG)
    void aThousandCyclesLeaveNoStreamOrEvent() {
        Map<String, Long> before = open(); // tests before this one may have left what they let fail
        try (Rig rig = new Rig("GDS_MT");
                GpuMemory gpu = GpuMemory.allocate(0, SIZE)) {
            FileRegion file = file(rig);
            MemorySegment host = rig.memory(SIZE);
            for (int i = 0; i < CYCLES; i++) {
                cycle(file, gpu, host);
            }
        }
        assertThat(open()).isEqualTo(before);
    }

    private static void cycle(FileRegion file, GpuMemory gpu, MemorySegment host) {
        Map<String, Long> before = open();
        try (GpuStream stream = GpuStream.open(0);
                FileStream files = new FileStream(stream)) {
            stream.copy(host, gpu, 0);
            try (FileMove _ = files.write(file, 0, gpu, 0, 4096);
                    GpuEvent event = stream.record()) {
                event.await();
            }
            assertThat(StandIn.count("streams")).isEqualTo(before.get("streams") + 1);
            assertThat(StandIn.count("events")).isEqualTo(before.get("events"));
            assertThat(StandIn.count("file_streams")).isEqualTo(1);
        }
    }

    private static Map<String, Long> open() {
        Map<String, Long> counts = new TreeMap<>();
        for (String what : List.of("streams", "events", "file_streams", "contexts", "allocations", "drivers")) {
            counts.put(what, StandIn.count(what));
        }
        return counts;
    }

    /** They are good for all else. */
    @Test
    @Tag("compiler")
    void librariesWithoutStreamsSaySoAndServeTheBackends() {
        Path old = folder.resolve("old.so");
        StandIn.compileWithoutStreams(old);

        assertThat(new GdsBackendProvider(old.toString(), old.toString()).availability())
                .isInstanceOf(Available.class);
        Unavailable answer = (Unavailable) GdsProbe.streams(old.toString(), old.toString());
        assertThat(answer.reason()).contains("too old", "cuFileStreamRegister", "cuStreamCreate");
        assertThat(GdsProbe.streams(CuFileNative.soname(), CudaNative.soname())).isInstanceOf(Available.class);
    }
}
