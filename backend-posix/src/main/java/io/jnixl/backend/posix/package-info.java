// SPDX-License-Identifier: Apache-2.0
/** DRAM to file: io_uring, or a pure JDK fallback. */
@NullMarked
package io.jnixl.backend.posix;

import org.jspecify.annotations.NullMarked;
