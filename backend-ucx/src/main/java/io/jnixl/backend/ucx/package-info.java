// SPDX-License-Identifier: Apache-2.0
/** Network and cross-process memory over UCX. */
@NullMarked
package io.jnixl.backend.ucx;

import org.jspecify.annotations.NullMarked;
