// SPDX-License-Identifier: Apache-2.0
/** GPU memory to file: cuFile. */
@NullMarked
package io.jnixl.backend.gds;

import org.jspecify.annotations.NullMarked;
