// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void wordsAreSplitmix64() {
        // What the reference implementation prints first for the seed 0; its state grows by GOLDEN from word to word,
        // modulo 2^64.
        assertThat(Pattern.word(0, 0)).isEqualTo(0xe220a8397b1dcdafL);
        assertThat(Pattern.word(GOLDEN, 0)).isEqualTo(0x6e789e6aa1b965f4L);
        assertThat(Pattern.word(0x3c6ef372fe94f82aL, 0)).isEqualTo(0x06c45d188009454fL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 12_345, 1_012_348, -1, Long.MIN_VALUE})
    void theSeedCountsUp(long seed) {
        for (long i = 0; i < 100; i++) {
            // The JDK's generator mixes in the same way.
            assertThat(Pattern.word(seed, i)).isEqualTo(new SplittableRandom(seed + i).nextLong());
        }
    }

    @Test
    void bytesAreLittleEndianAndEndWithinAWord() {
        MemorySegment memory = arena.allocate(12);
        Pattern.fill(memory, 0, 0);
        assertThat(memory.toArray(ValueLayout.JAVA_BYTE))
                .startsWith(0xaf, 0xcd, 0x1d, 0x7b, 0x39, 0xa8, 0x20, 0xe2)
                .endsWith(bytes(Pattern.word(0, 1), 4));
    }

    private static byte[] bytes(long word, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (word >>> (8 * i));
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "7, 3", "1, 5", "2, 7", "64, 0", "64, 1", "61, 13", "100, 8"})
    void apartIsWhatTheWholeHasThere(int size, int offset) {
        MemorySegment whole = arena.allocate(256);
        Pattern.fill(whole, 42, 0);
        MemorySegment part = arena.allocate(Math.max(1, size)).asSlice(0, size);
        Pattern.fill(part, 42, offset);
        assertThat(part.mismatch(whole.asSlice(offset, size))).isEqualTo(-1);
        assertThat(Pattern.firstWrong(part, 42, offset)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 0", "8, 0", "99, 0", "100, 0", "0, 3", "4, 3", "5, 3", "100, 3"})
    void theFirstWrongByteIsFound(int at, int offset) {
        MemorySegment memory = arena.allocate(101);
        Pattern.fill(memory, 7, offset);
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) ~memory.get(ValueLayout.JAVA_BYTE, at));
        if (at < 100) {
            memory.set(ValueLayout.JAVA_BYTE, 100, (byte) ~memory.get(ValueLayout.JAVA_BYTE, 100));
        }
        assertThat(Pattern.firstWrong(memory, 7, offset)).isEqualTo(at);
    }

    @Test
    void anotherSeedIsAnotherPattern() {
        MemorySegment memory = arena.allocate(8);
        Pattern.fill(memory, 1, 0);
        assertThat(Pattern.firstWrong(memory, 2, 0)).isNotNegative();
    }
}
