// SPDX-License-Identifier: Apache-2.0
/**
 * Checks the GDS backends on a machine with a GPU: their tests on the system's libraries, and jnixl held against a C program that does the
 * same over cuFile. Packed with a Java runtime, so that the machine needs nothing else.
 */
@NullMarked
package io.jnixl.benchmarks.gds;

import org.jspecify.annotations.NullMarked;
