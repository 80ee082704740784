// SPDX-License-Identifier: Apache-2.0
/**
 * Pure Java, in-process backend: the embedded default.
 *
 * <p>How it works: a post links its transfer into a {@code WorkQueue}; a worker thread copies chunk by chunk, holding the
 * far region's {@code Gate} so that its owner cannot take it away meanwhile; then the notification goes straight into the
 * target agent's sink (the {@code Outbox} keeps those that found it full), and the completion sink hears the end. Backends
 * of one process find each other through the {@code Fabric}.
 */
@NullMarked
package io.jnixl.backend.memory;

import org.jspecify.annotations.NullMarked;
