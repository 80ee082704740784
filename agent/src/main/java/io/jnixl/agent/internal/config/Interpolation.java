// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code ${NAME}} in a text becomes the variable's value; with one more dollar, {@code $${NAME}}, it stays what it is. */
final class Interpolation {
    /** Bounds what a short file can grow to. */
    private static final int MAX_LENGTH = 1 << 16;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Interpolation() {}

    /**
     * The text with variables replaced, once: what a variable holds is taken as it is.
     *
     * @throws IllegalArgumentException for an unknown variable, a missing brace, or a result that is too long
     */
    static String apply(String text, Function<String, @Nullable String> variables) {
        StringBuilder result = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                result.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                result.append(value(text, at + 2, end, variables));
                at = end + 1;
            } else {
                result.append(text.charAt(at++));
            }
            if (result.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("the text is longer than " + MAX_LENGTH + " characters");
            }
        }
        return result.toString();
    }

    private static String value(String text, int start, int end, Function<String, @Nullable String> variables) {
        if (end < 0) {
            throw new IllegalArgumentException("${ without }; write $${ for the characters themselves");
        }
        String name = text.substring(start, end);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "what stands between ${ and } is no variable's name; write $${ for the characters themselves");
        }
        String value = variables.apply(name);
        if (value == null) {
            throw new IllegalArgumentException("environment variable " + Shown.text(name) + " is not set");
        }
        return value;
    }
}
