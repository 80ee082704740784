// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** Pure Java, in-process backend: the embedded default. Needs no native access. */
@NullMarked
module io.jnixl.backend.memory {
    requires io.jnixl.spi;
    requires jdk.unsupported; // ExtendedOpenOption.DIRECT
    requires static org.jspecify;

    exports io.jnixl.backend.memory;

    provides io.jnixl.spi.BackendProvider with
            io.jnixl.backend.memory.MemoryBackendProvider;
}
