// SPDX-License-Identifier: Apache-2.0
/** Benchmarks. */
@NullMarked
package io.jnixl.benchmarks;

import org.jspecify.annotations.NullMarked;
