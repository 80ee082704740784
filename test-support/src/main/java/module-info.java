// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** What tests of several modules share. Not published. */
@NullMarked
module io.jnixl.testsupport {
    requires io.jnixl.nativesupport;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports io.jnixl.testsupport;
}
