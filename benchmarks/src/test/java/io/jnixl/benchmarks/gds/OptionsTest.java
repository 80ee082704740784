// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @ParameterizedTest
    @CsvSource({"--threads, 0", "--threads, 65", "--limit, 65537", "--bytes, 4095", "--gpu, -1", "--pairs, 0"})
    void whatNoSideTakesIsRefused(String option, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(option, value))
                .withMessageStartingWith(option + " ")
                .withMessageContaining("Usage: run");
    }

    @Test
    void theBoundsAreTaken() {
        Options options = Options.parse("--threads", "64", "--limit", "65536");
        assertThat(options.threads()).isEqualTo(64);
        assertThat(options.limit()).isEqualTo(65_536);
    }
}
