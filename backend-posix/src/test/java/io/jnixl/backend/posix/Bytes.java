// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Memory with contents that can be recognised. */
final class Bytes {
    private static final long CHUNK = 1 << 20;

    private Bytes() {}

    /** A seeded generator; the seed is printed, and {@code -Djnixl.seed} repeats a run. */
    static SplittableRandom random() {
        return io.jnixl.backend.tck.Bytes.random();
    }

    static MemorySegment random(Arena arena, long size, SplittableRandom random) {
        MemorySegment memory = arena.allocate(size, 4096);
        byte[] content = new byte[(int) Math.min(size, CHUNK)];
        for (long at = 0; at < size; at += CHUNK) {
            random.nextBytes(content);
            int bytes = (int) Math.min(content.length, size - at);
            MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, at, bytes);
        }
        return memory;
    }

    static MemorySegment zeros(Arena arena, long size) {
        return arena.allocate(size, 4096);
    }
}
