// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/**
 * Whole numbers from one to another, both included.
 *
 * @param min the least
 * @param max the greatest, not less
 * @since 0.1
 */
public record Span(long min, long max) {
    /** Every number that is not negative. */
    public static final Span ALL = new Span(0, Long.MAX_VALUE);

    /** Checks the order. */
    public Span {
        if (min < 0 || min > max) {
            throw new IllegalArgumentException("no number is from " + min + " to " + max);
        }
    }

    /** Whether the number is one of them. */
    public boolean has(long number) {
        return number >= min && number <= max;
    }

    /** Whether all of the other's numbers are among these. */
    public boolean covers(Span other) {
        return min <= other.min && max >= other.max;
    }

    /** Whether it leaves nothing out. */
    public boolean isAll() {
        return equals(ALL);
    }
}
