// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A failure of any call is told with the library's own code and words; ABI tested on a stand-in. */
@Tag(StandIn.TAG)
class FaultsTest {
    private static final int SIZE = 64 << 10;

    @TempDir
    Path folder;

    @BeforeEach
    @AfterEach
    void noFaults() {
        StandIn.ready();
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.remedy()).isNotBlank();
                })
                .message()
                .contains(words);
    }

    private static TestAgent agent(String backend) {
        return new TestAgent(Rig.provider(backend), "a", ProgressPolicy.PARK, Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "GDS, cuFileDriverOpen, 5033, CU_FILE_NVFS_SETUP_ERROR",
        "GDS_MT, cuFileDriverOpen, 5001, CU_FILE_DRIVER_NOT_INITIALIZED",
        "GDS, cuFileDriverGetProperties, 5030, CU_FILE_INTERNAL_ERROR",
        "GDS, cuFileBatchIOSetUp, 5022, CU_FILE_INVALID_VALUE"
    })
    void aBackendThatCannotBeMadeSaysWhyAndLeavesNothing(String backend, String call, int code, String name) {
        StandIn.fault(call, call.equals("cuFileBatchIOSetUp") ? 5 : 0, 1, code, 0);
        assertFails(() -> agent(backend), ErrorCode.BACKEND, Integer.toString(code), name);
        for (String what : List.of("drivers", "batches", "contexts", "buffers")) {
            assertThat(StandIn.count(what)).as(what).isZero();
        }
        agent(backend).close();
    }

    @Test
    void moreThanABatchTakesIsRefusedWhenTheBackendIsMade() {
        assertFails(
                () -> new Rig("GDS", Map.of("batch_limit", "129")),
                ErrorCode.INVALID_PARAM,
                "batch_limit is 129, and cuFile takes 128",
                "io_batchsize");
        assertThat(StandIn.count("drivers")).isZero();
    }

    /** What cannot be given back is logged; the rest is given back all the same. */
    @Test
    void closingGoesOnWhateverFails() {
        TestAgent agent = agent("GDS");
        try (GpuMemory gpu = GpuMemory.allocate(0, 64)) {
            agent.register(gpu.region());
            StandIn.fault("cuFileBufDeregister", 0, 1, 5030, 0);
            StandIn.fault("cuDevicePrimaryCtxRelease", 0, 1, 0, 201);
            StandIn.fault("cuFileDriverClose", 0, 1, 5006, 0);
            agent.close();
            assertThat(StandIn.count("batches")).isZero();
            assertThat(StandIn.count("drivers")).isEqualTo(1);
        }
        assertThat(CudaNative.release(0)).isZero(); // what failed above
        assertThat(CuFileNative.driverClose()).isZero();
    }

    /** It ended with its backend, and with cuFile's driver; that of the same memory with the next backend stands. */
    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void aRegistrationThatIsClosedAfterItsBackendHarmsNoOther(String backend) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(SIZE, 4096);
            RegisteredMemory stale;
            try (TestAgent agent = agent(backend)) {
                stale = agent.backend()
                        .register(MemoryRegion.of(memory)); // which the agent does not know, so as not to close it
            }
            assertThat(StandIn.count("buffers")).isZero();
            try (TestAgent agent = agent(backend)) {
                RegisteredMemory next = agent.register(memory);
                stale.close();
                assertThat(StandIn.count("buffers")).isEqualTo(1);
                assertThat(((BufferRegion) agent.register(memory)).isRegistered())
                        .isTrue();
                next.close();
                assertThat(StandIn.count("buffers")).isEqualTo(1); // shared
            }
        }
    }

    /** Then the batch ends as it would have. */
    @Test
    void aBatchThatCannotBeCancelledIsWaitedFor() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            StandIn.delay(100_000_000);
            StandIn.fault("cuFileBatchIOCancel", 0, 1, 5030, 0);
            post.start();
            Await.until("a look at the batch", () -> StandIn.count("empty_polls") > 0);
            post.transfer.cancel();
            assertThat(post.end()).isEqualTo(Status.SUCCESS);
        }
    }

    /** Looks that tell of nothing new are spaced out as well. */
    @Test
    void aBatchThatSaysItIsPendingIsNotAskedWithoutPause() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            StandIn.fault("pending", 0, Long.MAX_VALUE, 1, 0);
            StandIn.delay(500_000_000);
            assertThat(post.run()).isEqualTo(Status.SUCCESS);
            assertThat(StandIn.count("polls")).isBetween(2L, 10_001L); // 50 us between two
        }
    }

    /** While its state is not known, cuFile may still write into the memory. */
    @Test
    void aBatchThatIsGivenUpIsCancelledAndWaitedForFirst() {
        try (Rig rig = new Rig("GDS")) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            StandIn.delay(3_600_000_000_000L);
            StandIn.fault("cuFileBatchIOGetStatus", 0, 3, 5030, 0);
            assertThat(post.run()).isEqualTo(Status.BACKEND);
            assertThat(post.ends.text()).contains("CU_FILE_INTERNAL_ERROR");
            assertThat(StandIn.count("busy_destroyed")).isZero();
        }
    }

    /** A library that drops what was cancelled tells no end: then the batch is destroyed, after a while. */
    @Test
    void aCancelThatCuFileDoesNotAnswerEndsThePostAllTheSame() {
        try (Rig rig = new Rig("GDS", Map.of("batch_pool_size", "1"))) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            BatchMover mover = BatchMover.open("GDS", 1, rig.arena(), new LongAdder(), 50_000_000);
            Load load = new Load(1);
            post.transfer.begin();
            post.transfer.begin(load);
            StandIn.delay(3_600_000_000_000L);
            StandIn.fault("drop", 0, 2, 1, 0);
            Thread thread = Thread.ofPlatform().daemon().start(() -> mover.move(load));
            Await.until("a look at the batch", () -> StandIn.count("empty_polls") > 0);
            post.transfer.stop(null);
            Await.until("the end of the move", () -> !thread.isAlive());
            assertThat(load.piece(0).why()).isEqualTo(Fault.CUT_SHORT);
            assertThat(StandIn.count("busy_destroyed")).isEqualTo(1);
            mover.close();
        }
    }

    /** It is as good as before, and there may be no room for another. */
    @Test
    void aBatchThatFoundNoRoomIsKept() {
        try (Rig rig = new Rig("GDS", Map.of("batch_pool_size", "1"))) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            StandIn.fault("cuFileBatchIOSubmit", 0, Long.MAX_VALUE, CuFileError.BATCH_FULL, 0);
            post.start();
            awaitFull(rig, 1);
            post.transfer.cancel();
            assertThat(post.end()).isEqualTo(Status.CANCELED);
            assertThat(StandIn.count("batches")).isEqualTo(1);
        }
    }

    private static void awaitFull(Rig rig, long times) {
        Await.until(
                times + " waits for room",
                () -> rig.backend().details().counters().getOrDefault("batch_full_waits_total", 0L) >= times);
    }

    @Test
    void aBatchIsSetUpAgainWhenThatFailsForAWhile() {
        try (Rig rig = new Rig("GDS", Map.of("batch_pool_size", "1"))) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            StandIn.fault("cuFileBatchIOGetStatus", 0, 1, 5030, 0);
            assertThat(post.run()).isEqualTo(Status.BACKEND);
            StandIn.fault("cuFileBatchIOSetUp", 0, 10, CuFileError.BATCH_FULL, 0);
            assertThat(post.run()).as(post.ends.text()).isEqualTo(Status.SUCCESS);
        }
    }

    /** Then every sleep would end at once, and the time that cuFile is given for another batch would be over in no time. */
    @Test
    void anInterruptFromACallbackShortensNoWait() {
        try (Rig rig = new Rig("GDS", Map.of("batch_pool_size", "1"))) {
            MemorySegment memory = rig.random(SIZE);
            RegisteredMemory at = rig.register(memory);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post first = rig.post(Operation.WRITE, at, file, 1).add(memory.address(), 0, SIZE);
            Rig.Post second = rig.post(Operation.WRITE, at, file, 1).add(memory.address(), 0, SIZE);
            first.ends.callback = () -> {
                StandIn.fault("cuFileBatchIOSubmit", 0, 100_000, CuFileError.BATCH_FULL, 0);
                second.start();
                Thread.currentThread().interrupt();
            };
            long start = System.nanoTime();
            assertThat(first.run()).isEqualTo(Status.SUCCESS);
            awaitFull(rig, 400);
            assertThat(System.nanoTime() - start).isGreaterThan(200 * Pause.RETRY_NANOS);
            StandIn.reset();
            assertThat(second.end()).as(second.ends.text()).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void whatIsToBeTriedAgainIsTriedAfterAPause() {
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment memory = rig.random(SIZE);
            RegisteredMemory at = rig.register(memory);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            assertThat(rig.post(Operation.WRITE, at, file, 1)
                            .add(memory.address(), 0, SIZE)
                            .run())
                    .isEqualTo(Status.SUCCESS);
            Rig.Post read = rig.post(Operation.READ, at, file, 1).add(memory.address(), 0, SIZE);
            StandIn.fault("read", 0, 400, Errno.EAGAIN, 0); // each try calls twice, the second time for its errno
            long start = System.nanoTime();
            assertThat(read.run()).as(read.ends.text()).isEqualTo(Status.SUCCESS);
            assertThat(System.nanoTime() - start).isGreaterThan(100 * Pause.RETRY_NANOS);
        }
    }

    /** Such as that there is no memory for them: nobody would hear of the end. */
    @Test
    void aPostEndsThoughTheWordsForItFail() {
        try (Rig rig = new Rig("GDS_MT", Map.of("thread_count", "1"))) {
            MemorySegment memory = rig.random(SIZE);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, SIZE);
            post.ends.onFault = () -> {
                throw new AssertionError("no memory for words");
            };
            StandIn.fault("write", 0, 1, 5030, 0);
            assertThat(post.run()).isEqualTo(Status.BACKEND);
            assertThat(post.run()).isEqualTo(Status.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5001, 5006, 5012, 5013, 5014, 5015})
    void memoryThatCannotBeMovedEitherIsRefused(int code) {
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment memory = rig.memory(SIZE);
            StandIn.fault("cuFileBufRegister", 0, 1, code, 0);
            assertFails(() -> rig.register(memory), ErrorCode.BACKEND, Integer.toString(code));
            assertThat(rig.backend().details().counters()).containsEntry("unregistered_buffers_total", 0L);
            assertThat(StandIn.count("buffers")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuDeviceGet", "cuPointerGetAttribute", "cuCtxGetCurrent", "cuCtxSetCurrent"})
    void memoryOfAGpuIsRefusedWithCudasError(String call) {
        try (GpuMemory gpu = GpuMemory.allocate(0, 64);
                Rig rig = new Rig("GDS_MT")) {
            StandIn.fault(call, 0, 1, 0, 3);
            assertThatThrownBy(() -> rig.register(gpu.region()))
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining("CUDA_ERROR_NOT_INITIALIZED");
        }
    }

    @Test
    void copiesThatFailSayCudasError() {
        GpuMemory gpu = GpuMemory.allocate(0, 64);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(64);
            StandIn.fault("cuMemcpyHtoD", 0, 1, 0, 1);
            StandIn.fault("cuMemcpyDtoH", 0, 1, 0, 1);
            StandIn.fault("cuMemFree", 0, 1, 0, 1);
            assertFails(() -> gpu.copyFrom(host, 0), ErrorCode.BACKEND, "CUDA_ERROR_INVALID_VALUE");
            assertFails(() -> gpu.copyTo(host, 0), ErrorCode.BACKEND, "CUDA_ERROR_INVALID_VALUE");
            assertFails(gpu::close, ErrorCode.BACKEND, "cannot be freed", "CUDA_ERROR_INVALID_VALUE");
        }
        long context = Cuda.retain("test", 0);
        assertThat(Cuda.within("test", context, () -> CudaNative.free(gpu.address())))
                .isZero();
        assertThat(Cuda.release(0)).isZero();
        assertThat(StandIn.count("contexts")).isZero();
    }

    /** Some other library of the process opened it, and will close it. */
    @Test
    void aDriverThatIsOpenAlreadyIsUsedAndLeftOpen() {
        assertThat(CuFileNative.driverOpen()).isZero();
        try (Rig rig = new Rig("GDS")) {
            rig.register(rig.memory(64));
            assertThat(StandIn.count("buffers")).isEqualTo(1);
        }
        assertThat(StandIn.count("drivers")).isEqualTo(1);
        assertThat(CuFileNative.driverClose()).isZero();
    }

    @Test
    void aFileThatCuFileDoesNotTakeIsRefusedAndClosed() throws Exception {
        Path path = Files.createFile(folder.resolve("f"));
        try (Rig rig = new Rig("GDS")) {
            StandIn.fault("cuFileHandleRegister", 0, 1, 5008, 0);
            long before = openFiles();
            assertFails(
                    () -> rig.file("rw", path),
                    ErrorCode.BACKEND,
                    path.toString(),
                    "5008",
                    "CU_FILE_IO_NOT_SUPPORTED",
                    "allow_compat_mode");
            assertThat(openFiles()).isEqualTo(before);
        }
    }

    private static long openFiles() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void filesThatAreNoneAreRefused() throws Exception {
        try (Rig rig = new Rig("GDS_MT")) {
            int fd = FileCalls.open("/dev/null", FileCalls.O_RDWR, 0);
            assertFails(() -> rig.descriptor(fd), ErrorCode.BACKEND, "neither a regular file");
            FileCalls.close(fd);
            assertFails(() -> rig.descriptor(fd), ErrorCode.INVALID_PARAM, "not open", "EBADF");
            assertFails(() -> rig.descriptor(-1), ErrorCode.INVALID_PARAM, "is no file descriptor");
            assertFails(() -> rig.file("rw", folder), ErrorCode.BACKEND, "is a directory");
            assertFails(() -> rig.file("rw", folder.resolve("x")), ErrorCode.BACKEND, "ENOENT", "does not exist");
        }
    }

    @Test
    void gpusThatAreNotThereAndPointersThatAreNoneAreRefused() {
        try (GpuMemory gpu = GpuMemory.allocate(1, 4096);
                Rig rig = new Rig("GDS")) {
            long host = rig.memory(4096).address();
            assertFails(
                    () -> rig.register(MemoryRegion.raw(MemoryKind.VRAM, 7, gpu.address(), 64)),
                    ErrorCode.INVALID_PARAM,
                    "there is no GPU 7; there are 2: Stand-in A, Stand-in B",
                    "101",
                    "CUDA_ERROR_INVALID_DEVICE");
            assertFails(
                    () -> rig.register(MemoryRegion.raw(MemoryKind.VRAM, 0, host, 64)),
                    ErrorCode.INVALID_PARAM,
                    "is not memory of a GPU",
                    "CUDA_ERROR_INVALID_VALUE");
            assertThat(StandIn.count("contexts")).isEqualTo(1); // of the memory, none of the backend
            assertFails(
                    () -> rig.register(MemoryRegion.raw(MemoryKind.VRAM, 0, gpu.address(), 64)),
                    ErrorCode.INVALID_PARAM,
                    "is memory of GPU 1");
            assertFails(() -> GpuMemory.allocate(7, 64), ErrorCode.INVALID_PARAM, "there is no GPU 7");
            StandIn.fault("cuMemAlloc", 0, 1, 0, 2);
            assertFails(() -> GpuMemory.allocate(0, 64), ErrorCode.BACKEND, "CUDA_ERROR_OUT_OF_MEMORY");
            StandIn.fault("cuDevicePrimaryCtxRetain", 0, 1, 0, 100);
            assertFails(() -> GpuMemory.allocate(0, 64), ErrorCode.BACKEND, "CUDA_ERROR_NO_DEVICE");
            StandIn.fault("cuCtxSetCurrent", 0, 1, 0, 201);
            assertFails(
                    () -> rig.register(gpu.region()),
                    ErrorCode.BACKEND,
                    "cannot be entered",
                    "CUDA_ERROR_INVALID_CONTEXT");
        }
    }

    @Test
    void withoutAGpuAvailabilitySaysCudasError() {
        StandIn.fault("cuInit", 0, 1, 0, 100);
        Unavailable answer = (Unavailable) new GdsBackendProvider().availability();
        assertThat(answer.reason())
                .isEqualTo("cuFile 1.14 and a CUDA driver for CUDA 13.2 are installed, but CUDA cannot be initialised:"
                        + " CUDA error 100 (CUDA_ERROR_NO_DEVICE, no CUDA-capable device is detected)");
        assertThat(answer.remedy()).contains("nvidia-smi", "POSIX");
    }

    /** What a post says, and that the transfer works again afterwards. */
    private void postFails(String backend, Operation operation, String call, int code, int cuda, String... words) {
        try (Rig rig = new Rig(backend)) {
            MemorySegment memory = rig.random(SIZE);
            RegisteredMemory at = rig.register(memory);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post fill = rig.post(Operation.WRITE, at, file, 1).add(memory.address(), 0, SIZE);
            assertThat(fill.run()).isEqualTo(Status.SUCCESS);
            Rig.Post post = rig.post(operation, at, file, 2)
                    .add(memory.address(), 0, SIZE / 2)
                    .add(memory.address() + SIZE / 2, SIZE / 2, SIZE / 2);
            StandIn.fault(call, 0, backend.equals("GDS_MT") ? 4 : 2, code, cuda);
            assertThat(post.run()).isEqualTo(Status.BACKEND);
            assertThat(post.ends.text())
                    .contains(words)
                    .contains(folder.resolve("f").toString());
            assertThat(post.ends.faults).containsOnlyKeys(0, 1);
            StandIn.reset();
            assertThat(post.run()).as(post.ends.text()).isEqualTo(Status.SUCCESS);
            if (backend.equals("GDS")) {
                assertThat(StandIn.count("batches")).isBetween(14L, 16L); // made anew when next needed
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 28, 5008, 5030})
    void readsAndWritesThatFailSayWhy(int code) {
        String text = CuFileError.text(code);
        postFails("GDS_MT", Operation.READ, "read", code, 0, "reading from", text);
        postFails("GDS_MT", Operation.WRITE, "write", code, 0, "writing to", text);
        postFails("GDS", Operation.READ, "event", code, 0, "reading from", text);
        postFails("GDS", Operation.WRITE, "event", code, 0, "writing to", text);
    }

    @Test
    void resultsThatNoErrorStandsForAreTakenForNone() {
        assertThat(Fault.of(-5030, Fault.FAILED)).isEqualTo(5030);
        assertThat(Fault.of(Long.MIN_VALUE, Fault.FAILED)).isEqualTo(Fault.FAILED);
        assertThat(Fault.of(-1L << 40, Fault.INVALID)).isEqualTo(Fault.INVALID);
        assertThat(Fault.of(7, Fault.FAILED)).isEqualTo(Fault.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"4, CUFILE_INVALID", "8, CUFILE_CANCELED", "32, CUFILE_TIMEOUT", "64, CUFILE_FAILED"})
    void whatEndsWithAStatusAloneSaysTheStatus(int status, String name) {
        postFails("GDS", Operation.WRITE, "status", status, 0, "writing to", name);
    }

    @Test
    void aBatchThatIsRefusedSaysWhy() {
        postFails(
                "GDS",
                Operation.WRITE,
                "cuFileBatchIOSubmit",
                5011,
                201,
                "cuFile error 5011 (CU_FILE_CUDA_DRIVER_ERROR",
                "CUDA error 201 (CUDA_ERROR_INVALID_CONTEXT, invalid device context)");
    }

    @Test
    void aBatchWhoseStatusIsNotToBeHadIsGivenUpAndMadeAnew() {
        postFails("GDS", Operation.READ, "cuFileBatchIOGetStatus", 5030, 0, "CU_FILE_INTERNAL_ERROR");
    }

    @Test
    void aContextThatCannotBeEnteredFailsTheDescriptors() {
        try (GpuMemory gpu = GpuMemory.allocate(0, 4096);
                Rig rig = new Rig("GDS_MT")) {
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(gpu.region()), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(gpu.address(), 0, 4096);
            StandIn.fault("cuCtxSetCurrent", 0, 1, 0, 201);
            assertThat(post.run()).isEqualTo(Status.BACKEND);
            assertThat(post.ends.text()).contains("CUDA error 201 (CUDA_ERROR_INVALID_CONTEXT");
            assertThat(post.run()).isEqualTo(Status.SUCCESS);
        }
    }

    /** Nothing is written into the working directory. */
    @Test
    void theLogGoesToTheTemporaryFolderUnlessTheUserSaysWhere() {
        String ours = CuFileNative.environment().get("CUFILE_LOGFILE_PATH");
        assertThat(ours).startsWith(System.getProperty("java.io.tmpdir"));
        assertThat(StandIn.environment("CUFILE_LOGFILE_PATH"))
                .isEqualTo(System.getenv().getOrDefault("CUFILE_LOGFILE_PATH", ours));
    }
}
