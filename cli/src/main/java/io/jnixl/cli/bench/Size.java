// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Numbers;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes as written on a command line. */
final class Size {
    private static final String UNITS = "KMGT";
    private static final int SHIFT = 10;

    private Size() {}

    /** Bytes, at least 1: {@code 4096}, {@code 64K}, {@code 16MiB}; units are powers of 1024. */
    static final class Converter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long size = parse(text);
                if (size > 0) {
                    return size;
                }
            } catch (ArithmeticException | NumberFormatException _) {
                // said below
            }
            throw new TypeConversionException("expected bytes such as 4096, 64K, 16MiB or 2G but was '" + text + "'");
        }
    }

    private static long parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String number = upper.replaceFirst("(?<=[KMGT])(I?B)?$", "");
        int unit = number.isEmpty() ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
        if (unit < 0) {
            return Numbers.natural(upper);
        }
        long factor = 1L << (SHIFT * (unit + 1));
        return Math.multiplyExact(Numbers.natural(number.substring(0, number.length() - 1)), factor);
    }

    /** The shortest exact form: {@code 64K}. */
    static String text(long bytes) {
        long rest = bytes;
        int unit = -1;
        while (unit < UNITS.length() - 1 && rest % (1 << SHIFT) == 0 && rest != 0) {
            rest >>= SHIFT;
            unit++;
        }
        return unit < 0 ? Long.toString(rest) : rest + UNITS.substring(unit, unit + 1);
    }
}
