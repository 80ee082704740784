// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

    /** The option's values. */
    static final String WORDS = "no, data (fdatasync) or full (fsync)";

    /** By the option's value; null for any other word. */
    static @Nullable Durable of(String word) {
        for (Durable each : values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
                return each;
            }
        }
        return null;
    }
}
