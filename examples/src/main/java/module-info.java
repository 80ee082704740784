// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** Example programs, compiled and run by the build. */
@NullMarked
module io.jnixl.examples {
    requires io.jnixl.api;
    requires io.jnixl.guice;
    requires io.jnixl.spi;
    requires java.management;
    requires static org.jspecify;
}
