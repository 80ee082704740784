// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** DRAM to file: io_uring, or a pure JDK fallback. */
@NullMarked
module io.jnixl.backend.posix {
    requires io.jnixl.nativesupport;
    requires transitive io.jnixl.spi;
    requires static org.jspecify;

    exports io.jnixl.backend.posix;

    provides io.jnixl.spi.BackendProvider with
            io.jnixl.backend.posix.PosixBackendProvider;
}
