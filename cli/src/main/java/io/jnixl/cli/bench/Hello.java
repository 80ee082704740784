// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.BufferDescription;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What each side says first.
 *
 * @param role what it wants to be
 * @param group must be the same on both sides
 * @param token proves that the sides belong together, where one started the other; else {@code -}
 * @param sweep the options that both sides should have alike
 * @param buffer its memory
 */
record Hello(Role role, String group, String token, String sweep, BufferDescription buffer) {
    /** The longest, in bytes. */
    static final int LONGEST = 16_384;

    static final int LONGEST_WORD = 128;

    static final String NO_TOKEN = "-";

    private static final int LINES = 5;

    static boolean isWord(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_WORD && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    byte[] encode() {
        String text = role + "\n" + group + "\n" + token + "\n" + sweep + "\n" + buffer.line();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a partner's, which may be anything.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Hello decode(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", LINES);
        if (lines.length != LINES || !isWord(lines[1]) || !isWord(lines[2])) {
            throw new IllegalArgumentException("it is not a greeting");
        }
        Role role = Arrays.stream(Role.values())
                .filter(each -> each.name().equals(lines[0].toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it names no role"));
        BufferDescription buffer = BufferDescription.parse(lines[4].getBytes(StandardCharsets.UTF_8));
        return new Hello(role, lines[1], lines[2], lines[3], buffer);
    }
}
