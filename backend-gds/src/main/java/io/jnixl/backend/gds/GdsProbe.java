// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.Packages;
import io.jnixl.spi.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the machine's cuFile and CUDA driver. Asks for versions only: neither is initialised. */
final class GdsProbe {
    static final String CUFILE = "libcufile.so.0";
    static final String CUDA = "libcuda.so.1";

    private static final String CUFILE_VERSION = "cuFileGetVersion";
    private static final String CUDA_VERSION = "cuDriverGetVersion";
    private static final String INSTEAD =
            "copy between GPU and host memory in the application, map the file with Adapters.map and"
                    + " register both as host memory with the MEMORY backend";

    private GdsProbe() {}

    static Unavailable unavailable(String cufileSoname, String cudaSoname) {
        NativeLibrary cufile = NativeLibrary.open(cufileSoname, List.of(CUFILE_VERSION));
        NativeLibrary cuda = NativeLibrary.open(cudaSoname, List.of(CUDA_VERSION));
        boolean complete = cufile instanceof Found && cuda instanceof Found;
        String reason = cufileFinding(cufile) + (complete ? " and " : ", ") + cudaFinding(cuda)
                + (complete ? ", but" : ", and") + " this release of jnixl has no GDS data path yet";
        return new Unavailable(reason, remedy(cufile, cuda), cause(cufile) != null ? cause(cufile) : cause(cuda));
    }

    private static String remedy(NativeLibrary cufile, NativeLibrary cuda) {
        String missing = Stream.of(
                        remedy(cufile, Packages.hint("nvidia-gds", "nvidia-gds") + ", from NVIDIA's CUDA repository"),
                        remedy(cuda, "it is part of the driver for your NVIDIA GPU"))
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        return missing.isEmpty() ? INSTEAD : INSTEAD + "; for a release that has one, " + missing;
    }

    private static String cufileFinding(NativeLibrary library) {
        return switch (library) {
            case Found found -> "cuFile " + cufileVersion(found) + " is installed";
            case Missing missing -> missing.reason();
        };
    }

    private static String cudaFinding(NativeLibrary library) {
        return switch (library) {
            case Found found -> "a CUDA driver for CUDA " + cudaVersion(found) + " is installed";
            case Missing missing -> missing.reason();
        };
    }

    private static String remedy(NativeLibrary library, String packages) {
        return library instanceof Missing missing ? missing.remedy(packages) : "";
    }

    private static @Nullable Throwable cause(NativeLibrary library) {
        return library instanceof Missing missing ? missing.cause() : null;
    }

    private static String cufileVersion(Found library) {
        // CUfileError_t, two ints, comes back in one register: the low half is cuFile's own error.
        MethodHandle call = library.function(CUFILE_VERSION, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            int error = (int) (long) call.invokeExact(version);
            return version(error, version);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    private static String cudaVersion(Found library) {
        MethodHandle call = library.function(CUDA_VERSION, FunctionDescriptor.of(JAVA_INT, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            int error = (int) call.invokeExact(version);
            return version(error, version);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    private static String version(int error, MemorySegment number) {
        return error == 0 ? decode(number.get(JAVA_INT, 0)) : "of unknown version (error " + error + ")";
    }

    /** Both write 1000 * major + 10 * minor. */
    static String decode(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }
}
