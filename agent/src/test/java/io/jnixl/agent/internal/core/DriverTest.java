// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DriverTest {
    private static final long SOME_MICROS = 3_000;

    @Test
    void looksAtTheClockAfterFewerRoundsWhereTheyTakeLong() {
        Driver driver = new Driver(List.of(), 50_000);
        int most = driver.rounds();
        assertThat(driver.rounds(SOME_MICROS)).isEqualTo(most);
        assertThat(driver.rounds(100_000)).isEqualTo(most / 2);
        for (int i = 0; i < most; i++) {
            driver.rounds(100_000);
        }
        assertThat(driver.rounds()).isEqualTo(1);
        assertThat(driver.rounds(SOME_MICROS)).isEqualTo(1);
        assertThat(driver.rounds(100)).isEqualTo(2);
        for (int i = 0; i < most; i++) {
            driver.rounds(100);
        }
        assertThat(driver.rounds()).isEqualTo(most);
    }
}
