// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** "Did you mean": the nearest of the words there are. */
public final class Spelling {
    /** Longer words come from no keyboard; comparing them would only cost time. */
    private static final int LONGEST = 128;

    private static final int LISTED = 40;

    private Spelling() {}

    /** What to tell somebody who wrote a word that is not among these. */
    public static String remedy(String word, Collection<String> words) {
        String near = nearest(word, words);
        return near != null ? "did you mean " + near + "?" : thereAre(words);
    }

    /** {@code there are: A, B}. */
    public static String thereAre(Collection<String> words) {
        if (words.isEmpty()) {
            return "there are none";
        }
        String list = String.join(", ", words.stream().limit(LISTED).toList());
        return "there are: " + list + (words.size() > LISTED ? ", ..." : "");
    }

    /** The nearest word, when it is near enough to be meant; of equally near ones the first. */
    static @Nullable String nearest(String word, Collection<String> words) {
        if (word.length() > LONGEST) {
            return null;
        }
        String nearest = null;
        int least = Math.max(1, word.length() / 4) + 1;
        for (String candidate : words) {
            int distance = candidate.length() > LONGEST ? Integer.MAX_VALUE : distance(word, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other, case aside. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 ? j : j == 0 ? i : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
