// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    static Stream<Command> all() {
        Shape shape = new Shape(4096, 2, 3, 4);
        return Stream.of(
                new Command.Fill(-5),
                new Command.Compare(new Check(shape, 1 << 20, Locations.BYTEALIGNED, -1, 3, 5, Long.MIN_VALUE)),
                new Command.Count(0),
                new Command.Alive(),
                new Command.Finish());
    }

    @ParameterizedTest
    @MethodSource("all")
    void linesAreRead(Command command) {
        assertThat(Command.parse(command.line())).isEqualTo(command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "FILL",
                "FILL x",
                "FILL 1 2",
                "COUNT -1",
                "FIN 1",
                "fin",
                "COMPARE 1 2 3",
                "COMPARE 0 1 1 1 10 NONE 1 1 1 1",
                "COMPARE 1 1 1 1 0 NONE 1 1 1 1",
                "COMPARE 1 1 1 1 10 SOME 1 1 1 1",
                "COMPARE 1 1 1 1 10 NONE 1 2 1 1",
                "COMPARE 1 1000000 1000000 1 10 NONE 1 1 1 1",
                "COMPARE 9223372036854775807 1 1 1 10 NONE 1 1 1 1",
                "COMPARE 1 1 1 1 10 NONE 1 1 1 1 1"
            })
    void othersAreRefused(String line) {
        assertThat(Command.parse(line)).isNull();
    }
}
