// SPDX-License-Identifier: Apache-2.0

/** Metadata exchange through etcd, with the keys that native NIXL uses. */
@NullMarked
package io.jnixl.metadata.etcd;

import org.jspecify.annotations.NullMarked;
