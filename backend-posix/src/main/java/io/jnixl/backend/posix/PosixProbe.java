// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.Packages;
import io.jnixl.spi.Availability.Unavailable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Looks at the machine's liburing, and whether the kernel lets this process have a ring. */
final class PosixProbe {
    static final String SONAME = "liburing.so.2";

    private static final String GET_PROBE = "io_uring_get_probe";
    private static final String FREE_PROBE = "io_uring_free_probe";
    private static final String NO_DATA_PATH = "this release of jnixl has no POSIX data path yet";
    private static final String INSTEAD =
            "map the file with Adapters.map and register it as host memory with the MEMORY backend";

    private PosixProbe() {}

    static Unavailable unavailable(String soname) {
        return switch (NativeLibrary.open(soname, List.of(GET_PROBE, FREE_PROBE))) {
            case Found found -> new Unavailable(finding(found) + NO_DATA_PATH, INSTEAD, null);
            case Missing missing ->
                new Unavailable(
                        missing.reason() + ", and " + NO_DATA_PATH,
                        INSTEAD + "; for a release that has one, "
                                + missing.remedy(Packages.hint("liburing2", "liburing")),
                        missing.cause());
        };
    }

    private static String finding(Found library) {
        return kernelPermits(library)
                ? library.soname() + " is installed and the kernel permits io_uring, but "
                : library.soname()
                        + " is installed, the kernel refuses io_uring to this process (a container's policy, or"
                        + " sysctl kernel.io_uring_disabled), and ";
    }

    /** Tries: liburing makes a small ring, asks it what it can do, and closes it. */
    private static boolean kernelPermits(Found library) {
        MethodHandle get = library.function(GET_PROBE, FunctionDescriptor.of(ADDRESS));
        MethodHandle free = library.function(FREE_PROBE, FunctionDescriptor.ofVoid(ADDRESS));
        try {
            MemorySegment probe = (MemorySegment) get.invokeExact();
            if (probe.address() == 0) {
                return false;
            }
            free.invokeExact(probe);
            return true;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
