// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

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
import java.util.Map;

/** Looks at the machine's libucp. */
final class UcxProbe {
    static final String SONAME = "libucp.so.0";

    /**
     * What UCX does as soon as it is loaded, and must not do in a Java process: replace the handlers of SIGSEGV and its
     * like, which the JVM lives on, and of SIGHUP; and log to standard output. What the user set stays.
     */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("UCX_ERROR_SIGNALS", "", "UCX_DEBUG_SIGNO", "0", "UCX_LOG_FILE", "stderr");

    private static final String VERSION = "ucp_get_version_string";
    private static final int VERSION_LIMIT = 64;
    private static final String NO_DATA_PATH = "this release of jnixl has no UCX data path yet";
    private static final String INSTEAD = "use the MEMORY backend, which moves host memory within one process";

    private UcxProbe() {}

    static Unavailable unavailable(String soname) {
        return switch (NativeLibrary.open(soname, List.of(VERSION), ENVIRONMENT)) {
            case Found found ->
                new Unavailable("libucp " + version(found) + " is installed, but " + NO_DATA_PATH, INSTEAD, null);
            case Missing missing ->
                new Unavailable(
                        missing.reason() + ", and " + NO_DATA_PATH,
                        INSTEAD + "; for a release that has one, " + missing.remedy(Packages.hint("libucx0", "ucx")),
                        missing.cause());
        };
    }

    private static String version(Found library) {
        MethodHandle version = library.function(VERSION, FunctionDescriptor.of(ADDRESS));
        try {
            return NativeCalls.text((MemorySegment) version.invokeExact(), VERSION_LIMIT);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
