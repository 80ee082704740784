// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/** What the end of a transfer that writes to files promises about a loss of power. */
enum Durable {
    /** Nothing: the bytes are in the page cache, or in the device's. */
    NO,
    /** That the bytes can be read again, fdatasync(2). */
    DATA,
    /** That the file's times and so on are kept too, fsync(2). */
    FULL;

    /** The option of a transfer. */
    static final String OPTION = "durable";
}
