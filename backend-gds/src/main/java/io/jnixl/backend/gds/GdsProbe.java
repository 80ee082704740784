// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.Packages;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the machine's cuFile and CUDA driver. Initialises CUDA, to see whether there is a GPU; opens nothing, and makes no
 * context. Whether cuFile's driver can be opened shows when a backend is made.
 */
final class GdsProbe {
    private static final String INSTEAD =
            "use the POSIX backend with host memory, and copy between GPU and host memory in the application";

    /** Where the kernel module says its version. */
    private static final Path NVIDIA_FS = Path.of("/proc/driver/nvidia-fs/version");

    private GdsProbe() {}

    /** The answer of a backend that needs these functions of cuFile. */
    static Availability availability(String cufileSoname, String cudaSoname, List<String> functions) {
        return availability(cufileSoname, functions, cudaSoname, CudaNative.SYMBOLS);
    }

    /** The answer of what is done in the order of a stream, which no backend needs: older libraries do not have it. */
    static Availability streams(String cufileSoname, String cudaSoname) {
        return availability(cufileSoname, CuFileNative.STREAM_SYMBOLS, cudaSoname, CudaNative.STREAM_SYMBOLS);
    }

    private static Availability availability(
            String cufileSoname, List<String> cufileFunctions, String cudaSoname, List<String> cudaFunctions) {
        NativeLibrary cufile = NativeLibrary.open(cufileSoname, cufileFunctions, CuFileNative.environment());
        NativeLibrary cuda = NativeLibrary.open(cudaSoname, cudaFunctions);
        if (cufile instanceof Found && cuda instanceof Found) {
            return withGpus();
        }
        return new Unavailable(
                reasons(cufile, cuda), remedy(cufile, cuda), cause(cufile) != null ? cause(cufile) : cause(cuda));
    }

    private static String reasons(NativeLibrary... libraries) {
        return Stream.of(libraries)
                .filter(l -> l instanceof Missing)
                .map(l -> ((Missing) l).reason())
                .collect(Collectors.joining(", and "));
    }

    private static String remedy(NativeLibrary cufile, NativeLibrary cuda) {
        String missing = Stream.of(
                        remedy(cufile, Packages.hint("nvidia-gds", "nvidia-gds") + ", from NVIDIA's CUDA repository"),
                        remedy(cuda, "it is part of the driver for your NVIDIA GPU"))
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        return missing + "; without a GPU, " + INSTEAD;
    }

    private static String remedy(NativeLibrary library, String packages) {
        return library instanceof Missing missing ? missing.remedy(packages) : "";
    }

    private static @Nullable Throwable cause(NativeLibrary library) {
        return library instanceof Missing missing ? missing.cause() : null;
    }

    private static Availability withGpus() {
        String cufile = cufileVersion();
        String cuda = "CUDA driver for CUDA " + Cuda.version();
        String installed = "cuFile " + cufile + " and a " + cuda + " are installed, but ";
        int result = Cuda.start();
        if (result != 0) {
            return Availability.unavailable(
                    installed + "CUDA cannot be initialised: " + Cuda.text(result),
                    "see that nvidia-smi works, in this container too; without a GPU, " + INSTEAD);
        }
        List<String> gpus = Cuda.names();
        if (gpus.isEmpty()) {
            return Availability.unavailable(
                    installed + "there is no GPU", "see what CUDA_VISIBLE_DEVICES hides; without a GPU, " + INSTEAD);
        }
        List<String> features = new ArrayList<>();
        for (int i = 0; i < gpus.size(); i++) {
            features.add("GPU " + i + ": " + gpus.get(i));
        }
        features.addAll(List.of(cuda, way(), "settings from " + settings()));
        return Availability.available(cufile, features.toArray(String[]::new));
    }

    /** The way that bytes are likely to go; what cuFile itself says is known once its driver is open. */
    private static String way() {
        return Files.exists(NVIDIA_FS)
                ? "nvidia-fs is loaded: GPUDirect Storage where the file system supports it"
                : "nvidia-fs is not loaded: through host memory, unless cuFile reaches NVMe by PCI peer-to-peer";
    }

    /** The file that cuFile takes its settings from. */
    private static String settings() {
        return Objects.requireNonNullElse(System.getenv("CUFILE_ENV_PATH_JSON"), "/etc/cufile.json");
    }

    private static String cufileVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            int code = CuFileError.code(CuFileNative.version(version));
            return code == 0 ? decode(version.get(JAVA_INT, 0)) : "of unknown version (error " + code + ")";
        }
    }

    /** Both write 1000 * major + 10 * minor. */
    static String decode(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }
}
