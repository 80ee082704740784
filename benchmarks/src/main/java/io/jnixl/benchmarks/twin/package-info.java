// SPDX-License-Identifier: Apache-2.0
/**
 * What jnixl costs over UCX, beside a C program that does the same: both between two processes, in turns, in one run. {@link
 * Twins} is the command.
 */
@NullMarked
package io.jnixl.benchmarks.twin;

import org.jspecify.annotations.NullMarked;
