// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** GPU memory to file: cuFile. */
@NullMarked
module io.jnixl.backend.gds {
    requires io.jnixl.nativesupport;
    requires transitive io.jnixl.spi;
    requires static org.jspecify;

    exports io.jnixl.backend.gds;

    provides io.jnixl.spi.BackendProvider with
            io.jnixl.backend.gds.GdsBackendProvider,
            io.jnixl.backend.gds.GdsMtBackendProvider;
}
