// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** Network and cross-process memory over UCX. */
@NullMarked
module io.jnixl.backend.ucx {
    requires io.jnixl.nativesupport;
    requires transitive io.jnixl.spi;
    requires jucx;
    requires static org.jspecify;

    exports io.jnixl.backend.ucx;

    provides io.jnixl.spi.BackendProvider with
            io.jnixl.backend.ucx.UcxBackendProvider;
}
