// SPDX-License-Identifier: Apache-2.0
/** The jnixl command. */
@NullMarked
package io.jnixl.cli;

import org.jspecify.annotations.NullMarked;
