// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import java.util.Objects;

/** Text for a terminal. */
public final class Text {
    private Text() {}

    /**
     * On one line and without control characters: file names, settings and messages of libraries come from outside, and a
     * terminal would obey an escape sequence in them.
     */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.strip().codePoints().forEach(c -> append(line, c));
        return line.toString();
    }

    /** What an exception says, on one line. */
    public static String message(Throwable t) {
        return line(Objects.requireNonNullElse(t.getMessage(), t.getClass().getSimpleName()));
    }

    private static void append(StringBuilder line, int c) {
        if (Character.isWhitespace(c)) {
            line.append(' ');
        } else if (Character.isISOControl(c)) {
            line.append("\\x%02x".formatted(c));
        } else {
            line.appendCodePoint(c);
        }
    }

    /** On one line, filled up with blanks. */
    static String pad(String text, int width) {
        String line = line(text);
        return line + " ".repeat(Math.max(0, width - line.length()));
    }
}
