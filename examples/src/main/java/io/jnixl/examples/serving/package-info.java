// SPDX-License-Identifier: Apache-2.0

/**
 * Disaggregated serving in small: one agent computes the KV cache of prompts and pushes it, page by page and layer by layer,
 * into the memory of another, which generates from it and keeps finished pages in a file.
 */
package io.jnixl.examples.serving;
