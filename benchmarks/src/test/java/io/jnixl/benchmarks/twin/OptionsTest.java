// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.benchmarks.twin.Options.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void readsModesAndCases() {
        Options options = Options.parse("--mode", "shared,tcp", "--cases", "READ:8x1024,PING", "--pairs", "3");
        assertThat(options.modes()).containsExactly(Mode.SHARED, Mode.TCP);
        assertThat(options.cases()).containsExactly(new Case(Case.Kind.READ, 8, 1024), new Case(Case.Kind.PING, 0, 1));
        assertThat(options.pairs()).isEqualTo(3);
        assertThat(options.control()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonsense 1", "--pairs", "--pairs 0", "--pin 1", "--cases WRITE:8", "--mode fast"})
    void refusesOthers(String line) {
        assertThatThrownBy(() -> Options.parse(line.split(" ", -1))).isInstanceOf(IllegalArgumentException.class);
    }
}
