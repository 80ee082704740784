// SPDX-License-Identifier: Apache-2.0
/**
 * {@code jnixl bench}: sweeps block and batch sizes between two processes or between memory and files, with the options and
 * the columns of native NIXL's nixlbench. docs/bench.md says what each of them means here.
 */
@NullMarked
package io.jnixl.cli.bench;

import org.jspecify.annotations.NullMarked;
