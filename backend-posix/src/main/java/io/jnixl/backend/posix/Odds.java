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
        if (skips == 0) {
            return true;
        }
        skips--;
        return false;
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
