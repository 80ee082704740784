// SPDX-License-Identifier: Apache-2.0
/** FFM toolkit: library lookup with reasons, symbol records, errno, arenas. */
@NullMarked
package io.jnixl.nativesupport;

import org.jspecify.annotations.NullMarked;
