// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * A descriptor that is not aligned, and by how much: bytes above the last multiple, 0 where all is well. See {@link
 * Alignment#check}.
 *
 * @param descriptor its index
 * @param addressBy bytes by which the address in memory is too high
 * @param offsetBy bytes by which the offset in the file is too high
 * @param lengthBy bytes by which the length is too high
 * @since 0.1
 */
public record Misalignment(int descriptor, long addressBy, long offsetBy, long lengthBy) {}
