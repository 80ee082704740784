// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OddsTest {
    private final Odds odds = new Odds();

    /** How many are not tried. */
    private int skips() {
        int skips = 0;
        while (!odds.areGood()) {
            skips++;
        }
        return skips;
    }

    @Test
    void eachFailureInARowMakesThePauseLonger() {
        assertThat(skips()).isZero();
        int[] expected = {1, 3, 7, 15, 31, 63, 127, 255, 256, 256};
        for (int pause : expected) {
            odds.bad();
            assertThat(skips()).isEqualTo(pause);
        }
        odds.good();
        odds.bad();
        assertThat(skips()).isEqualTo(1);
        odds.worst();
        assertThat(skips()).isEqualTo(256);
    }
}
