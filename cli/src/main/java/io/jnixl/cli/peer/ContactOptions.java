// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Numbers;
import picocli.CommandLine.Option;

/** Options of the roles that speak first. */
final class ContactOptions {
    @Option(
            names = "--pings",
            paramLabel = "N",
            converter = Numbers.Count.class,
            description =
                    "Round trips of a notification to measure, the first of them by itself; 2000 unless given, 0 for"
                            + " none.")
    private int pings = 2_000;

    @Option(
            names = "--connect",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description = "1: connect before the first message instead of with it.")
    private Flag connect = Flag.OFF;

    int pings() {
        return pings;
    }

    boolean connect() {
        return connect.on();
    }
}
