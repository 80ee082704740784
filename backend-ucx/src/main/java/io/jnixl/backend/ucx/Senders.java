// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names of senders as strings, found by their bytes without making one. Bounded: names are anything a peer writes, so a
 * place is given to whoever came last. Guarded by the worker's ownership.
 */
final class Senders {
    private static final int PLACES = 1 << 10;
    private static final int PROBES = 4;

    private final @Nullable Known[] places = new @Nullable Known[PLACES];
    private @Nullable Known last;

    @SuppressWarnings("ArrayRecordComponent") // nobody changes the bytes
    private record Known(byte[] bytes, String name) {}

    String name(MemorySegment memory, long offset, int length) {
        Known recent = last;
        if (recent != null && equal(recent.bytes, memory, offset, length)) {
            return recent.name;
        }
        recent = find(memory, offset, length);
        last = recent;
        return recent.name;
    }

    private Known find(MemorySegment memory, long offset, int length) {
        int hash = hash(memory, offset, length);
        for (int i = 0; i < PROBES; i++) {
            int place = (hash + i) & (PLACES - 1);
            Known known = places[place];
            if (known == null) {
                return keep(place, memory, offset, length);
            }
            if (equal(known.bytes, memory, offset, length)) {
                return known;
            }
        }
        return keep(hash & (PLACES - 1), memory, offset, length);
    }

    private Known keep(int place, MemorySegment memory, long offset, int length) {
        byte[] copy = new byte[length];
        MemorySegment.copy(memory, JAVA_BYTE, offset, copy, 0, length);
        Known known = new Known(copy, new String(copy, StandardCharsets.UTF_8));
        places[place] = known;
        return known;
    }

    private static int hash(MemorySegment memory, long offset, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + memory.get(JAVA_BYTE, offset + i);
        }
        return hash ^ hash >>> 16;
    }

    private static boolean equal(byte[] known, MemorySegment memory, long offset, int length) {
        if (known.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known[i] != memory.get(JAVA_BYTE, offset + i)) {
                return false;
            }
        }
        return true;
    }
}
