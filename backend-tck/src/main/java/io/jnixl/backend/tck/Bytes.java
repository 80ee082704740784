// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Memory with contents that can be recognised. Thread-safe.
 *
 * @since 0.1
 */
public final class Bytes {
    private static final long PAGE = 4096;

    private Bytes() {}

    /**
     * A generator with a seed: the system property {@code jnixl.seed}, or another one each time. It is printed as the option
     * that repeats a run, such as {@code -Djnixl.seed=42}. An {@link IllegalArgumentException} if the property is no number.
     */
    public static SplittableRandom random() {
        long seed = Seed.next();
        System.out.println(Seed.option(seed));
        return new SplittableRandom(seed);
    }

    /** Random content on the heap. */
    public static byte[] random(int size, SplittableRandom random) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return content;
    }

    /** The same byte all over. */
    static byte[] filled(int size, int value) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) value);
        return content;
    }

    /** Page-aligned memory with random content. */
    public static MemorySegment random(Arena arena, long size, SplittableRandom random) {
        return zeros(arena, size).copyFrom(MemorySegment.ofArray(random(Math.toIntExact(size), random)));
    }

    /** Page-aligned memory of zeros. */
    public static MemorySegment zeros(Arena arena, long size) {
        return arena.allocate(size, PAGE);
    }
}
