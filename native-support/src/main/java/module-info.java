// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** FFM toolkit: library lookup with reasons, symbol records, errno, arenas. */
@NullMarked
module io.jnixl.nativesupport {
    requires static org.jspecify;

    exports io.jnixl.nativesupport;
}
