// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** Ranges of unsigned addresses. */
final class Ranges {
    private Ranges() {}

    /** Whether the bytes from start lie in the range; without overflow, and lengths are not negative. */
    static boolean contains(long address, long length, long start, long bytes) {
        long offset = start - address;
        return offset >= 0 && bytes >= 0 && offset <= length && bytes <= length - offset;
    }
}
