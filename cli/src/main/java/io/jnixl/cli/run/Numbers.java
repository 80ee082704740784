// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Decimal numbers of options and of what a partner wrote: digits alone, no sign, no blanks. */
public final class Numbers {
    private static final int LONGEST = 20;

    private Numbers() {}

    /**
     * An unsigned 64-bit number.
     *
     * @throws NumberFormatException for anything else
     */
    public static long unsigned(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw new NumberFormatException("not a decimal number");
        }
        return Long.parseUnsignedLong(text);
    }

    /**
     * A number from 0 to 2^63 - 1.
     *
     * @throws NumberFormatException for anything else
     */
    public static long natural(String text) {
        long number = unsigned(text);
        if (number < 0) {
            throw new NumberFormatException("too large");
        }
        return number;
    }

    private static long between(String text, long min, long max) {
        try {
            long number = natural(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new TypeConversionException("expected a number from " + min + " to " + max + " but was '" + text + "'");
    }

    /** At least 1. */
    public static final class Positive implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return between(text, 1, Long.MAX_VALUE);
        }
    }

    /** How often something is done; what is measured of each is kept, so there is a limit. */
    public static final class Count implements ITypeConverter<Integer> {
        static final int MOST = 10_000_000;

        @Override
        public Integer convert(String text) {
            return (int) between(text, 0, MOST);
        }
    }

    /** The same, at least once. */
    public static final class PositiveCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return (int) between(text, 1, Count.MOST);
        }
    }

    /** Seconds. */
    public static final class Seconds implements ITypeConverter<Integer> {
        private static final int MOST = 24 * 60 * 60;

        @Override
        public Integer convert(String text) {
            return (int) between(text, 1, MOST);
        }
    }

    /** A seed. */
    public static final class Unsigned implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return unsigned(text);
            } catch (NumberFormatException _) {
                throw new TypeConversionException("expected a number from 0 to 2^64 - 1 but was '" + text + "'");
            }
        }
    }
}
