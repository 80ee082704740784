// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
    @Test
    void blocksHavePowersOfTwo() {
        assertThat(Axis.blocks(4096, 65536).ticks()).containsExactly(4096.0, 8192.0, 16384.0, 32768.0, 65536.0);
        assertThat(Axis.blocks(1, 1 << 30).ticks()).hasSizeLessThan(10);
        assertThat(Axis.blocks(4096, 4096).place(4096)).isEqualTo(0.5);
        assertThat(Axis.blocks(3000, 5000).ticks()).containsExactly(2048.0, 4096.0, 8192.0);
    }

    @Test
    void linearOnesStartAtZeroAndEndRound() {
        assertThat(Axis.linear(9.3).ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
        assertThat(Axis.linear(0).ticks()).hasSizeGreaterThan(1);
    }

    @Test
    void decadesHoldWhatTheyAreMadeFor() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            double low = Math.pow(10, random.nextDouble(-3, 6));
            double high = low * Math.pow(10, random.nextDouble(0, 5));
            Axis axis = Axis.decades(low, high);
            String what = "seed " + seed + ": " + low + " to " + high;
            assertThat(axis.low()).as(what).isLessThanOrEqualTo(low * (1 + 1e-8));
            assertThat(axis.high()).as(what).isGreaterThanOrEqualTo(high * (1 - 1e-8));
            assertThat(axis.ticks().size()).as(what).isBetween(2, 12);
            assertThat(axis.place(high)).as(what).isGreaterThanOrEqualTo(axis.place(low));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0.001,0.001",
        "0.25,0.25",
        "1,1",
        "2.5,2.5",
        "99.999,100",
        "1234,1234",
        "20000,20k",
        "1500000,1.5M"
    })
    void numbersAreShort(double value, String text) {
        assertThat(Axis.number(value)).isEqualTo(text);
    }
}
