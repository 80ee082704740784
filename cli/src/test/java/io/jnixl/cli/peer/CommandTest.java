// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    @Test
    void commandsAreWrittenAndRead() {
        Command.Fill fill = new Command.Fill(-1, 4096);
        Command.Check check = new Command.Check(12_345, 8, 25);
        assertThat(fill.message()).isEqualTo("FILL 18446744073709551615 4096");
        assertThat(check.message()).isEqualTo("CHK 12345 8 25");
        assertThat(Command.parse(fill.message())).isEqualTo(fill);
        assertThat(Command.parse(check.message())).isEqualTo(check);
        assertThat(Command.parse("PING")).isEqualTo(new Command.Ping());
        assertThat(Command.parse("FIN")).isEqualTo(new Command.Finish());
        assertThat(Command.parse("it:17")).isEqualTo(new Command.Arrived());
        assertThat(Command.parse("FILL 1 18446744073709551615"))
                .as("answered with BAD size")
                .isEqualTo(new Command.Fill(1, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "PING ",
                "ping",
                "PONG",
                "FILL",
                "FILL 1",
                "FILL 1 2 3",
                "FILL -1 2",
                "FILL  1 2",
                "FILL x 2",
                "FILL 18446744073709551616 2",
                "CHK 1 2",
                "CHK 1 2 3 4 5 6 7 8",
                "CHK 1 2 -3",
                "CHK 1 2 9223372036854775808",
                "FIN FIN",
                "�"
            })
    void whatIsNoCommandIsUnknown(String message) {
        assertThat(Command.parse(message)).isEqualTo(new Command.Unknown());
    }

    @Test
    void postsCountThemselves() {
        CountedMessage message = new CountedMessage();
        for (int i = 0; i <= 12_345; i++) {
            int length = message.next();
            assertThat(new String(message.bytes(), 0, length, StandardCharsets.US_ASCII))
                    .isEqualTo("it:" + i);
        }
    }
}
