// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/**
 * Foreign text made fit for a message: one line, printable, bounded.
 *
 * @since 0.1
 */
public final class Shown {
    private static final int LIMIT = 300;

    private Shown() {}

    /** The text on one line, control characters replaced, cut after 300 characters. */
    public static String text(String foreign) {
        StringBuilder shown = new StringBuilder(Math.min(foreign.length(), LIMIT) + 3);
        int length = Math.min(foreign.length(), LIMIT);
        for (int i = 0; i < length; i++) {
            char c = foreign.charAt(i);
            shown.append(isPlain(c) ? c : ' ');
        }
        return foreign.length() > LIMIT ? shown.append("...").toString() : shown.toString();
    }

    /** Controls, and the marks that turn the direction of text or end a line, are not plain. */
    private static boolean isPlain(char c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
