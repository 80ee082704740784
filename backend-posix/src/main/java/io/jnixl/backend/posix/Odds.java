// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/**
 * Whether it is worth trying to move bytes of a file by a plain call: each that was in vain doubles how many of the next are not
 * tried, up to a bound. Leaders of several rings may meet here; then a count is lost, which does no harm.
 */
final class Odds {
    private static final int MOST = 256;

    private int penalty;
    private int skips;

    boolean areGood() {
        int left = skips;
        if (left > 0) {
            skips = left - 1;
        }
        return left <= 0;
    }

    void good() {
        if (penalty != 0) {
            penalty = 0;
        }
    }

    void bad() {
        penalty = Math.min(2 * penalty + 1, MOST);
        skips = penalty;
    }

    /** The next try may cost as much: not soon. */
    void worst() {
        penalty = MOST;
        skips = MOST;
    }
}
