// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How option texts are read; what does not fit is an {@link IllegalArgumentException}, never a silent default. */
final class Parsers {
    private static final Set<String> YES = Set.of("y", "yes", "on", "1", "true", "enable");
    private static final Set<String> NO = Set.of("n", "no", "off", "0", "false", "disable");
    private static final Pattern NUMBER = Pattern.compile("-?(0[xX][0-9a-fA-F]+|[0-9]+)");
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+)\\s*([a-zA-Z]*)");

    private Parsers() {}

    static Boolean bool(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (YES.contains(word)) {
            return true;
        }
        if (NO.contains(word)) {
            return false;
        }
        throw new IllegalArgumentException("expected yes or no (y, on, 1, true, enable; n, off, 0, false, disable)");
    }

    static long number(String text, long min, long max) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("expected a whole number without sign, blanks or fraction");
        }
        return inRange(Long.decode(decimalIfLeadingZero(text)), min, max);
    }

    /** {@link Long#decode} would read 010 as octal. */
    private static String decimalIfLeadingZero(String text) {
        return text.toLowerCase(Locale.ROOT).contains("x") ? text : text.replaceFirst("^(-?)0+(?=[0-9])", "$1");
    }

    static Long bytes(String text, long min, long max) {
        Matcher m = quantity(text);
        long unit = switch (m.group(2).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1L;
            case "k", "kb", "kib" -> 1L << 10;
            case "m", "mb", "mib" -> 1L << 20;
            case "g", "gb", "gib" -> 1L << 30;
            case "t", "tb", "tib" -> 1L << 40;
            default -> throw new IllegalArgumentException("unknown unit, expected K, M, G or T");
        };
        return inRange(Math.multiplyExact(Long.parseLong(m.group(1)), unit), min, max);
    }

    static Duration duration(String text) {
        if (text.startsWith("P") || text.startsWith("p")) {
            try {
                Duration duration = Duration.parse(text);
                if (duration.isNegative()) {
                    throw new IllegalArgumentException("expected a time span that is not negative");
                }
                return duration;
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("expected an ISO-8601 duration such as PT2S", e);
            }
        }
        Matcher m = quantity(text);
        long number = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ns" -> Duration.ofNanos(number);
            case "us" -> Duration.ofNanos(Math.multiplyExact(number, 1000L));
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m", "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> throw new IllegalArgumentException("expected a number with ns, us, ms, s, m or h");
        };
    }

    private static Matcher quantity(String text) {
        Matcher m = QUANTITY.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected a number and a unit");
        }
        return m;
    }

    private static long inRange(long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("expected " + min + " to " + max);
        }
        return value;
    }
}
