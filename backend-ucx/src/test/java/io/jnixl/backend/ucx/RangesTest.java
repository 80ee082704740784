// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangesTest {
    private static final long[] CORNERS = {
        0, 1, 2, 4095, 4096, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -4096, -2, -1
    };
    private static final BigInteger ADDRESSES = BigInteger.ONE.shiftLeft(Long.SIZE);

    /** In numbers without bounds; addresses are unsigned, lengths are not. */
    private static boolean inside(long address, long length, long start, long bytes) {
        if (length < 0 || bytes < 0) {
            return false;
        }
        BigInteger offset =
                BigInteger.valueOf(start).subtract(BigInteger.valueOf(address)).mod(ADDRESSES);
        return offset.add(BigInteger.valueOf(bytes)).compareTo(BigInteger.valueOf(length)) <= 0;
    }

    private static void check(long address, long length, long start, long bytes) {
        assertThat(Ranges.slack(address, length, start, bytes) >= 0)
                .as("%d bytes from %d in %d bytes from %d", bytes, start, length, address)
                .isEqualTo(inside(address, length, start, bytes));
    }

    @Test
    void agreesWithNumbersWithoutBoundsAtTheCorners() {
        for (long address : CORNERS) {
            for (long length : CORNERS) {
                for (long start : CORNERS) {
                    for (long bytes : CORNERS) {
                        check(address, length, start, bytes);
                        check(address, length, address + start, bytes);
                    }
                }
            }
        }
    }

    @Test
    void agreesWithNumbersWithoutBoundsNearTheEdges() {
        long seed = System.nanoTime();
        System.out.println("RangesTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            long address = random.nextLong();
            long length = random.nextLong() >>> (1 + random.nextInt(Long.SIZE - 1));
            long start = address + random.nextInt(9) - 4 + (random.nextBoolean() ? length : 0);
            long bytes = random.nextInt(9) - 1 + (random.nextBoolean() ? length : 0);
            check(address, length, start, bytes);
        }
    }
}
