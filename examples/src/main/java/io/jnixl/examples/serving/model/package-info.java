// SPDX-License-Identifier: Apache-2.0
/**
 * A small transformer with a paged, off-heap KV cache, as something real whose pages a demo can move between
 * processes. {@link io.jnixl.examples.serving.model.Transformer} computes,
 * {@link io.jnixl.examples.serving.model.PagePool} deals out pages, and
 * {@link io.jnixl.examples.serving.model.BlockTable} says which of them make up a sequence.
 */
package io.jnixl.examples.serving.model;
