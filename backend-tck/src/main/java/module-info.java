// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The contract suite that every backend must pass. */
@NullMarked
module io.jnixl.backend.tck {
    requires transitive io.jnixl.api;
    requires transitive io.jnixl.spi;
    requires transitive org.junit.jupiter.api;
    requires jdk.management;
    requires org.assertj.core;
    requires static org.jspecify;

    exports io.jnixl.backend.tck;
}
