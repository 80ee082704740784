// SPDX-License-Identifier: Apache-2.0

/** Files against fio on the same file, in pairs. */
@NullMarked
package io.jnixl.benchmarks.fio;

import org.jspecify.annotations.NullMarked;
