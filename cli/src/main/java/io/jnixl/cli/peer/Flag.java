// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option that is on or off, written as 1 or 0. No boolean, since picocli takes an option of that type for a switch. */
enum Flag {
    OFF,
    ON;

    static final String LABEL = "0|1";

    boolean on() {
        return this == ON;
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<Flag> {
        @Override
        public Flag convert(String text) {
            return switch (text) {
                case "0" -> OFF;
                case "1" -> ON;
                default -> throw new TypeConversionException("expected 0 or 1 but was '" + text + "'");
            };
        }
    }
}
