// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a backend was chosen.
 *
 * @param chosen the choice, or null when there was none
 * @param rule what set the order of preference
 * @param candidates every backend known, in that order, with the verdict on it
 * @since 0.1
 */
public record Explanation(@Nullable String chosen, String rule, List<Candidate> candidates) {

    /** Checks for null and copies. */
    public Explanation {
        Objects.requireNonNull(rule, "rule");
        candidates = List.copyOf(candidates);
    }

    /**
     * One backend's verdict.
     *
     * @param backend its name
     * @param chosen whether it was taken
     * @param reason why, or why not
     * @since 0.1
     */
    public record Candidate(String backend, boolean chosen, String reason) {
        @Override
        public String toString() {
            return backend + ": " + reason;
        }
    }

    /** One candidate a line, the choice first. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(128);
        candidates.stream()
                .filter(Candidate::chosen)
                .forEach(c -> text.append(c).append('\n'));
        candidates.stream().filter(c -> !c.chosen()).forEach(c -> text.append(c).append('\n'));
        return text.isEmpty() ? "no backend at all" : text.substring(0, text.length() - 1);
    }
}
