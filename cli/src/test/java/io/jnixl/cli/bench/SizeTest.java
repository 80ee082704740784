// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeTest {
    private final Size.Converter converter = new Size.Converter();

    @ParameterizedTest
    @CsvSource({"1,1", "4096,4096", "64K,65536", "64k,65536", "16MiB,16777216", "8GB,8589934592", "1T,1099511627776"})
    void sizesAreRead(String text, long bytes) {
        assertThat(converter.convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "K", "-1", "1.5K", "1KK", "1 K", "9223372036854775808", "8388608T", "4B", "0x10"})
    void othersAreRefused(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1000,1000", "4096,4K", "1536,1536", "67108864,64M", "1099511627776,1T"})
    void textsAreExact(long bytes, String text) {
        assertThat(Size.text(bytes)).isEqualTo(text);
    }
}
