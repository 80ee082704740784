// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/**
 * Patterns of peers' names: {@code *} stands for any text, {@code ?} for one character. Goes back to the last star only, so
 * that no pattern takes more than {@code pattern.length * text.length} steps.
 */
final class Glob {
    /** Patterns that are longer are not compared with each other: many crafted ones in one file could take long. */
    static final int LONGEST_COMPARED = 64;

    private Glob() {}

    static boolean matches(String pattern, String text) {
        return run(pattern, text, false);
    }

    /**
     * Whether every text that the other pattern matches is matched by this one, as far as comparing them letter by letter
     * shows: a star takes in whatever the other has there. May answer false where it is so after all.
     */
    static boolean covers(String pattern, String other) {
        return pattern.length() <= LONGEST_COMPARED && other.length() <= LONGEST_COMPARED && run(pattern, other, true);
    }

    /** The text is a pattern itself where {@code isPattern} is set: then no single character stands for its stars. */
    private static boolean run(String patternText, String otherText, boolean isPattern) {
        int[] pattern = patternText.codePoints().toArray();
        int[] text = otherText.codePoints().toArray();
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length && isOne(pattern[p], text[t], isPattern)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    private static boolean isOne(int wanted, int found, boolean isPattern) {
        return wanted == found || (wanted == '?' && !(isPattern && found == '*'));
    }
}
