// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferDescriptionTest {
    private static BufferDescription parse(String text) {
        return BufferDescription.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aLineIsWrittenAndRead() {
        BufferDescription description = new BufferDescription("target", 0x7ff80b200000L, 1L << 30);
        assertThat(description.line()).isEqualTo("target 140703315263488 1073741824 0\n");
        assertThat(parse(description.line())).isEqualTo(description);
    }

    @Test
    void addressesAreUnsigned() {
        assertThat(parse("t 18446744073709551614 2 0\n").address()).isEqualTo(-2);
        assertThat(new BufferDescription("t", -2, 2).line()).isEqualTo("t 18446744073709551614 2 0\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "target 1 2 0",
                "target 1 2\n",
                "target 1 2 0 \n",
                "target 1 2 0 0\n",
                "target  1 2 0\n",
                " 1 2 0\n",
                "target 1 2 0\n\n",
                "target 1 2 0\ntarget 1 2 0\n",
                "target 1 2 1\n",
                "target 1 2 00\n",
                "target 0x1 2 0\n",
                "target -1 2 0\n",
                "target +1 2 0\n",
                "target 1 -2 0\n",
                "target 1 0 0\n",
                "target 1 9223372036854775808 0\n",
                "target 18446744073709551616 2 0\n",
                "target 18446744073709551615 2 0\n",
                "target 00000000000000000000001 2 0\n",
                "target 1\t2 0\n",
                "tar\tget 1 2 0\n",
                "tar\u001bget 1 2 0\n",
                "target 1 2 0\r\n",
                "target ١ 2 0\n"
            })
    void whatIsNoDescriptionIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(text));
    }

    @Test
    void whatIsNoTextIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        BufferDescription.parse(new byte[] {'t', (byte) 0xff, ' ', '1', ' ', '2', ' ', '0', '\n'}))
                .withMessage("it is not UTF-8");
    }
}
