// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** An agent for Guice applications. */
@NullMarked
module io.jnixl.guice {
    // Guice is an automatic module, which requires nothing: Guava and jakarta.inject would be missing on the module
    // path
    requires com.google.common;
    requires transitive com.google.guice;
    requires io.jnixl.agent;
    requires transitive io.jnixl.api;
    requires transitive io.jnixl.spi;
    requires transitive jakarta.inject;
    requires static org.jspecify;

    exports io.jnixl.guice;
}
