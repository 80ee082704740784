// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/**
 * What the far side should hold after a WRITE, said so that it can compute all of it.
 *
 * @param bytes of the area
 * @param places seed of the places
 * @param slots slots of each thread that were used
 * @param seed of the pattern in the blocks
 * @param around of the pattern around them
 */
record Check(Shape shape, long bytes, Locations locations, long places, int slots, long seed, long around) {
    Check {
        if (bytes < 1 || slots < 0 || slots > shape.depth()) {
            throw new IllegalArgumentException("a check of " + slots + " slots in " + bytes + " bytes");
        }
    }
}
