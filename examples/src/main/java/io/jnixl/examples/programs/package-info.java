// SPDX-License-Identifier: Apache-2.0

/** Small programs, one for each thing that jnixl is for. Each has a {@code main}, and a test that runs it. */
package io.jnixl.examples.programs;
