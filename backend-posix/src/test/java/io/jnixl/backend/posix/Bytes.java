// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Memory with contents that can be recognised. */
final class Bytes {
    private Bytes() {}

    /** A seeded generator; the seed is printed, and {@code -Djnixl.seed} repeats a run. */
    static SplittableRandom random() {
        long seed = Long.getLong("jnixl.seed", System.nanoTime());
        System.out.println("jnixl.seed=" + seed);
        return new SplittableRandom(seed);
    }

    static MemorySegment random(Arena arena, long size, SplittableRandom random) {
        byte[] content = new byte[Math.toIntExact(size)];
        random.nextBytes(content);
        return arena.allocate(size, 4096).copyFrom(MemorySegment.ofArray(content));
    }

    static MemorySegment zeros(Arena arena, long size) {
        return arena.allocate(size, 4096);
    }
}
