// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that went wrong on the way are refused, or are other bytes' rightful reading; never anything else. */
class MutationTest {
    private static final Set<ErrorCode> REFUSALS =
            EnumSet.of(ErrorCode.MISMATCH, ErrorCode.INVALID_PARAM, ErrorCode.NOT_FOUND);

    @ParameterizedTest
    @EnumSource
    @DisplayName("B: truncated at every byte")
    void everyTruncationIsRefused(Golden golden) {
        byte[] whole = golden.bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(NixlException.class)
                    .as("%s cut after %d bytes", golden, length)
                    .isThrownBy(() -> golden.decode(part));
        }
    }

    /**
     * A value that is taken is written as the flipped bytes, but for two things: what a smaller count has cut off is lost,
     * and descriptors are put in order.
     */
    @ParameterizedTest
    @EnumSource
    void everyFlippedBitIsRefusedOrReadRight(Golden golden) {
        byte[] original = golden.bytes();
        Object originalValue = golden.decode(original);
        int reordered = 0;
        for (int bit = 0; bit < original.length * 8; bit++) {
            byte[] flipped = original.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Object value = decodeOrRefuse(golden, flipped, "bit " + bit);
            if (value == null) {
                continue;
            }
            assertThat(value).as("%s, bit %d", golden, bit).isNotEqualTo(originalValue);
            byte[] again = golden.encode(value);
            byte[] read = Arrays.copyOf(flipped, again.length);
            if (!Arrays.equals(again, read)) {
                reordered++;
                assertThat(sorted(again)).as("%s, bit %d: bytes", golden, bit).isEqualTo(sorted(read));
                assertThat(golden.decode(again))
                        .as("%s, bit %d: value", golden, bit)
                        .isEqualTo(value);
            }
        }
        // Only md_full has two descriptors in a section.
        assertThat(reordered > 0).isEqualTo(golden == Golden.MD_FULL);
    }

    /** Lengths and counts are where decoders break: every byte gets the values at the edges. */
    @ParameterizedTest
    @EnumSource
    void everyByteReplacedByAnEdgeValue(Golden golden) {
        byte[] original = golden.bytes();
        for (int at = 0; at < original.length; at++) {
            for (int edge : new int[] {0x00, 0x01, 0x7c, 0x7f, 0x80, 0xff}) {
                byte[] mutated = original.clone();
                mutated[at] = (byte) edge;
                Object value = decodeOrRefuse(golden, mutated, "byte " + at + " = " + edge);
                if (value != null) {
                    assertThat(golden.decode(golden.encode(value))).isEqualTo(value);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyRandomChangesAtOnce(Golden golden) {
        long seed = Long.getLong("jnixl.test.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] original = golden.bytes();
        for (int round = 0; round < 5_000; round++) {
            byte[] mutated = mutate(original, random);
            Object value = decodeOrRefuse(golden, mutated, "round " + round + " of -Djnixl.test.seed=" + seed);
            if (value != null) {
                assertThat(golden.decode(golden.encode(value)))
                        .as("seed %d", seed)
                        .isEqualTo(value);
            }
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] mutated = Arrays.copyOf(original, original.length + random.nextInt(16) - 8);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutated.length);
            int from = random.nextInt(mutated.length);
            int length = random.nextInt(1 + mutated.length - Math.max(at, from));
            switch (random.nextInt(3)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                default -> System.arraycopy(mutated, from, mutated, at, length);
            }
        }
        return mutated;
    }

    private static @Nullable Object decodeOrRefuse(Golden golden, byte[] bytes, String what) {
        try {
            return golden.decode(bytes);
        } catch (NixlException e) {
            assertThat(REFUSALS).as(what).contains(e.code());
            return null;
        } catch (RuntimeException | Error e) {
            return fail(golden + ", " + what + ": " + e, e);
        }
    }

    private static byte[] sorted(byte[] bytes) {
        byte[] copy = bytes.clone();
        Arrays.sort(copy);
        return copy;
    }
}
