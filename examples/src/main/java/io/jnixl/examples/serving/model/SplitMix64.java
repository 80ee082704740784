// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/**
 * The splitmix64 generator. Written out here because the weights must come out the same in every JVM, and the
 * sequences of the JDK's own generators are not all specified. Not thread-safe.
 */
final class SplitMix64 {

    private static final float STEP = 1.0f / (1 << 23);

    private long state;

    SplitMix64(long seed) {
        state = seed;
    }

    long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns a number from the uniform distribution over [-1, 1); 24 random bits, which a float holds exactly. */
    float nextSigned() {
        return (int) (nextLong() >>> 40) * STEP - 1.0f;
    }
}
