// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** Ranges of unsigned addresses. */
final class Ranges {
    private Ranges() {}

    /**
     * Negative when the bytes from start do not lie in the range. Without a branch, so that the answers for several ranges can
     * be or-ed and looked at once: none of the differences that count overflows unless another is negative.
     */
    static long slack(long address, long length, long start, long bytes) {
        long offset = start - address;
        long room = length - bytes;
        return length | bytes | offset | room | (room - offset);
    }
}
