// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * How {@link Agent#open} opens a file. READ alone unless more is said.
 *
 * @since 0.1
 */
public enum FileOption {
    /** Reading is allowed (always so). */
    READ,
    /** Writing is allowed too. */
    WRITE,
    /** The file is made if it is not there; needs WRITE. */
    CREATE,
    /** What is in the file is thrown away: {@code O_TRUNC}; needs WRITE. */
    TRUNCATE,
    /** Past the page cache: {@code O_DIRECT}; offsets, lengths and addresses must be aligned. */
    DIRECT,
    /** Written data is on the device when the write ends: {@code O_SYNC}. */
    SYNC,
    /** Reading leaves the access time alone: {@code O_NOATIME}. */
    NOATIME
}
