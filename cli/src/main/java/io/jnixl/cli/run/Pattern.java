// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Bytes that tell whether they are the right ones in the right place: a row of little-endian 64-bit words, of which number
 * <i>i</i> is splitmix64 of seed + <i>i</i>. A length that is no multiple of 8 ends within a word.
 */
public final class Pattern {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Pattern() {}

    /** Word number {@code index} of the pattern. */
    public static long word(long seed, long index) {
        long z = seed + index + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private static byte at(long seed, long offset) {
        return (byte) (word(seed, offset >>> 3) >>> ((offset & 7) * Byte.SIZE));
    }

    /**
     * Fills memory with a part of the pattern.
     *
     * @param offset where the part starts in the pattern, in bytes
     */
    public static void fill(MemorySegment memory, long seed, long offset) {
        long size = memory.byteSize();
        long i = head(size, offset);
        for (long b = 0; b < i; b++) {
            memory.set(JAVA_BYTE, b, at(seed, offset + b));
        }
        long index = (offset + i) >>> 3;
        for (; i <= size - Long.BYTES; i += Long.BYTES) {
            memory.set(WORD, i, word(seed, index++));
        }
        for (; i < size; i++) {
            memory.set(JAVA_BYTE, i, at(seed, offset + i));
        }
    }

    /**
     * Where the first byte is that does not belong to this part of the pattern; -1 when all do.
     *
     * @param offset where the part starts in the pattern, in bytes
     */
    public static long firstWrong(MemorySegment memory, long seed, long offset) {
        long size = memory.byteSize();
        long i = head(size, offset);
        long wrong = firstWrongByte(memory, seed, offset, 0, i);
        if (wrong >= 0) {
            return wrong;
        }
        long index = (offset + i) >>> 3;
        for (; i <= size - Long.BYTES; i += Long.BYTES) {
            if (memory.get(WORD, i) != word(seed, index++)) {
                break;
            }
        }
        return firstWrongByte(memory, seed, offset, i, size);
    }

    private static long firstWrongByte(MemorySegment memory, long seed, long offset, long from, long to) {
        for (long i = from; i < to; i++) {
            if (memory.get(JAVA_BYTE, i) != at(seed, offset + i)) {
                return i;
            }
        }
        return -1;
    }

    /** Bytes before the first whole word. */
    private static long head(long size, long offset) {
        return Math.min(size, -offset & 7);
    }
}
