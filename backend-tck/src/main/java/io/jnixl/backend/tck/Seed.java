// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

/** Where a clause's random bytes, places and lengths come from: a number that repeats them when it is given again. */
final class Seed {
    static final String PROPERTY = "jnixl.seed";

    private Seed() {}

    /** The one that was given; another one each time if none was. An {@link IllegalArgumentException} if that is no number. */
    static long next() {
        String given = System.getProperty(PROPERTY);
        if (given == null) {
            return System.nanoTime();
        }
        try {
            return Long.parseLong(given);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the system property " + PROPERTY + " is \"" + given
                            + "\" and not a whole number of 64 bits; copy the one that a failure names, or leave it out",
                    e);
        }
    }

    /** Whatever was given must be a number: said once here, and not again by each clause. */
    static void requireNumber() {
        long _ = next();
    }

    /** What to give to the JVM or to Maven for the same seed again. */
    static String option(long seed) {
        return "-D" + PROPERTY + "=" + seed;
    }
}
