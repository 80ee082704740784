// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * Times and sizes of one post.
 *
 * @param bytes bytes of all descriptors
 * @param descriptors descriptors handed to the backend, after merging
 * @param startNanos {@link System#nanoTime()} when the post began
 * @param postNanos nanoseconds inside the post call
 * @param transferNanos nanoseconds from the start until the backend reported the end; -1 while in progress
 * @since 0.1
 */
public record TransferStatistics(long bytes, int descriptors, long startNanos, long postNanos, long transferNanos) {}
