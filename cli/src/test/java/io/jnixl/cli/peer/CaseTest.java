// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CaseTest {
    private static Cases parse(String text) {
        return new Case.ListConverter().convert(text);
    }

    @Test
    void aListIsReadInItsOrder() {
        Cases cases = parse("8x1,65536x64,4096x1024");
        assertThat(cases.list()).containsExactly(new Case(8, 1), new Case(65536, 64), new Case(4096, 1024));
        assertThat(cases.bytes()).isEqualTo(4 << 20);
        assertThat(cases.largest()).hasToString("65536x64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "8",
                "8x",
                "x8",
                "0x1",
                "8x0",
                "-8x1",
                "8x-1",
                "+8x1",
                "8 x1",
                "8x1,",
                ",8x1",
                "8X1",
                "8x1x1",
                "0x10x2",
                "9223372036854775808x1",
                "18446744073709551616x1",
                "8x2147483648",
                "9223372036854775807x2",
                "4294967296x2147483648",
                "1e3x1"
            })
    void whatIsNoCaseIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected BLOCKxCOUNT");
    }

    @Test
    void theBudgetGivesTheIterationsWithinBounds() {
        assertThat(new Case(4096, 64).iterationsFor(1L << 31)).isEqualTo(8192);
        assertThat(new Case(8, 1).iterationsFor(1L << 31)).isEqualTo(20_000);
        assertThat(new Case(1 << 30, 1).iterationsFor(1L << 31)).isEqualTo(10);
        assertThat(new Case(100, 1).iterationsFor(5_050)).isEqualTo(50);
    }
}
