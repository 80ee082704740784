// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NVIDIA's libcufile on a machine without a driver, which the Maven profile {@code cufile-real} downloads and runs; nothing else does,
 * hence the name. What it shows is that the functions are there, that their answers come as believed, and that ours name the remedy.
 */
class RealCuFileCheck {
    private static final int NO_DRIVER = 5033;
    private static final byte CANARY = 0x5a;
    private static final int SIZE = 1 << 20;
    private static final int BLOCK = 1 << 13;

    @Test
    void hasEveryFunction() {
        List<String> all = Stream.of(CuFileNative.SYMBOLS, CuFileNative.BATCH_SYMBOLS, CuFileNative.STREAM_SYMBOLS)
                .flatMap(List::stream)
                .toList();

        assertThat(NativeLibrary.open(CuFileNative.soname(), all, CuFileNative.environment()))
                .isInstanceOf(NativeLibrary.Found.class);
    }

    @Test
    void saysItsVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);

            assertThat(CuFileNative.version(version)).isZero();

            System.out.println("NVIDIA's cuFile " + GdsProbe.decode(version.get(JAVA_INT, 0)));
            assertThat(version.get(JAVA_INT, 0)).isGreaterThanOrEqualTo(1060); // has batches
        }
    }

    /** 1.15 refuses; 1.18 opens in compatibility mode. */
    @Test
    void withoutADriverItOpensOrWeSayWhatToDo() {
        requireModules();
        int code = CuFileError.code(CuFileNative.driverOpen());
        if (code != NO_DRIVER) {
            assertThat(code).isIn(0, CuFileError.DRIVER_ALREADY_OPEN);
            return;
        }
        assertThatThrownBy(() -> CuFileDriver.open("GDS"))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.nativeError()).startsWith(NO_DRIVER + " (CU_FILE_NVFS_SETUP_ERROR");
                    assertThat(e.remedy()).contains("install the driver of your NVIDIA GPU", "nvidia-smi");
                })
                .hasMessageContaining("cuFile's driver cannot be opened");
    }

    /** Where the list is missing, 1.18 reads it without end. */
    private static void requireModules() {
        assertThat(Path.of("/proc/modules"))
                .as("this kernel has no list of modules, which libcufile waits for without end")
                .isReadable();
    }

    /** Only an open driver writes them; 1.15 opens none here, and must say so. */
    @Test
    void writesNoFurtherThanTheStructsThatItIsGiven() {
        requireModules();
        int open = CuFileError.code(CuFileNative.driverOpen());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    arena.allocate(2L * CuFileNative.PROPS_SIZE, Long.BYTES).fill(CANARY);

            int code = CuFileError.code(CuFileNative.properties(memory));

            if (open == NO_DRIVER) {
                assertThat(code).isNotZero();
                return;
            }
            assertThat(code).isZero();
            assertThat(memory.asSlice(0, CuFileNative.PROPS_SIZE).toArray(JAVA_BYTE))
                    .as("properties were written")
                    .contains(0);
            assertThat(memory.asSlice(CuFileNative.PROPS_SIZE).toArray(JAVA_BYTE))
                    .containsOnly(CANARY);
        }
    }

    /** On tmpfs, which it takes in compatibility mode without asking udev; the stand-in is the CUDA driver, which it does not see. */
    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void hostMemoryGoesToAFileAndBackWhereItOpens(String backend) throws Exception {
        requireModules();
        Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "cufile");
        Path path = folder.resolve("f");
        try (Rig rig = new Rig(backend, backend.equals("GDS") ? Map.of("batch_limit", "16") : Map.of())) {
            MemorySegment from = rig.random(SIZE);
            MemorySegment to = rig.memory(SIZE);
            RegisteredMemory file = rig.file("rw,create", path);
            Rig.Post write = rig.post(Operation.WRITE, rig.register(from), file, SIZE / BLOCK);
            Rig.Post read = rig.post(Operation.READ, rig.register(to), file, SIZE / BLOCK);
            for (long at = 0; at < SIZE; at += BLOCK) {
                write.add(from.address() + at, at, BLOCK);
                read.add(to.address() + at, at, BLOCK);
            }

            assertThat(write.run()).as(write.ends.text()).isEqualTo(Status.SUCCESS);
            assertThat(read.run()).as(read.ends.text()).isEqualTo(Status.SUCCESS);

            assertThat(to.mismatch(from)).isEqualTo(-1);
            assertThat(Files.size(path)).isEqualTo(SIZE);
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    @Test
    void nothingIsWrittenIntoTheWorkingDirectory() throws Exception {
        requireModules();
        Set<Path> before = workingDirectory();

        var _ = CuFileNative.driverOpen();

        assertThat(workingDirectory()).isEqualTo(before);
        assertThat(Path.of(CuFileNative.environment().get("CUFILE_LOGFILE_PATH")))
                .isNotEmptyFile();
    }

    private static Set<Path> workingDirectory() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.collect(Collectors.toSet());
        }
    }
}
