// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.NativeLibrary.Why;
import io.jnixl.nativesupport.Packages;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Availability.Unavailable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at the machine's liburing, and whether the kernel lets this process have a ring, by making one. */
final class PosixProbe {
    private static final int SMALL = 8;

    private PosixProbe() {}

    static Availability availability(String soname) {
        return switch (NativeLibrary.open(soname, Uring.SYMBOLS)) {
            case Missing missing
            when isHopeless(missing) -> new Unavailable(missing.reason(), remedy(missing), missing.cause());
            case Missing missing -> poolOnly("", missing.reason());
            case Found library -> withKernel(version(library));
        };
    }

    /** Without native calls, or elsewhere than on Linux, the pool does not work either. */
    static boolean isHopeless(Missing missing) {
        return missing.why() == Why.NOT_ENABLED || missing.why() == Why.UNSUPPORTED_SYSTEM;
    }

    static String remedy(Missing missing) {
        return missing.remedy(Packages.hint("liburing2", "liburing"));
    }

    private static Availability withKernel(String version) {
        try (Arena arena = Arena.ofConfined();
                Ring ring = Ring.open(SMALL, false, arena)) {
            String tables = new RingTables(0, ring.fd(), RingTables.BUFFER_BYTES).words();
            return available(version, "io_uring", "ring " + ring.mode() + (tables.isEmpty() ? "" : " with " + tables));
        } catch (Refusal e) {
            return poolOnly(version, e.reason());
        }
    }

    private static Availability poolOnly(String version, String reason) {
        return available(version, "thread pool only: " + reason);
    }

    private static Availability available(String version, String... first) {
        List<String> features = new ArrayList<>(List.of(first));
        features.addAll(List.of("file descriptors and paths", "O_DIRECT"));
        if (hasAio()) {
            features.add("libaio");
        }
        return Availability.available(version, features.toArray(String[]::new));
    }

    private static boolean hasAio() {
        try (Arena arena = Arena.ofConfined();
                AioContext _ = AioContext.open(1, arena)) {
            return true;
        } catch (Refusal e) {
            return false;
        }
    }

    /** The file's name is all that says it: liburing.so.2.3. */
    private static String version(Found library) {
        try {
            String file = Path.of(library.path()).toRealPath().getFileName().toString();
            int at = file.indexOf(".so.");
            return at < 0 ? "" : "liburing " + file.substring(at + 4);
        } catch (IOException e) {
            return "";
        }
    }
}
