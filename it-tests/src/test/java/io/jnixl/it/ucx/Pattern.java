// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that tell by themselves whether they are the right ones in the right place. */
final class Pattern {
    private Pattern() {}

    private static long word(long seed, long index) {
        long x = (seed + 1) * 0x9e3779b97f4a7c15L + index * 0xbf58476d1ce4e5b9L;
        return x ^ x >>> 29;
    }

    private static byte at(long seed, long offset) {
        return (byte) (word(seed, offset >>> 3) >>> ((offset & 7) * 8));
    }

    /** Fills the segment with the bytes that belong at this offset. */
    static void fill(MemorySegment segment, long seed, long offset) {
        long size = segment.byteSize();
        long i = 0;
        if ((offset & 7) == 0) {
            for (; i + 8 <= size; i += 8) {
                segment.set(ValueLayout.JAVA_LONG_UNALIGNED, i, word(seed, (offset + i) >>> 3));
            }
        }
        for (; i < size; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, at(seed, offset + i));
        }
    }

    /** Where the first wrong byte is, or -1. */
    static long firstWrong(MemorySegment segment, long seed, long offset) {
        long size = segment.byteSize();
        long i = 0;
        if ((offset & 7) == 0) {
            for (; i + 8 <= size; i += 8) {
                if (segment.get(ValueLayout.JAVA_LONG_UNALIGNED, i) != word(seed, (offset + i) >>> 3)) {
                    break;
                }
            }
        }
        for (; i < size; i++) {
            if (segment.get(ValueLayout.JAVA_BYTE, i) != at(seed, offset + i)) {
                return i;
            }
        }
        return -1;
    }
}
