// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory for notification buffers, in power-of-two sizes that are used again: opening and closing a shared arena for
 * each transfer would cost a handshake with every thread. Freed when the agent closes.
 */
final class Slab implements AutoCloseable {
    private static final int SMALLEST_LOG2 = 6;

    private final Arena arena = Arena.ofShared();
    private final List<ArrayDeque<MemorySegment>> free = new ArrayList<>();

    Slab() {
        for (int log2 = 0; log2 < 32; log2++) {
            free.add(new ArrayDeque<>());
        }
    }

    private static int log2(long bytes) {
        return Math.max(SMALLEST_LOG2, Long.SIZE - Long.numberOfLeadingZeros(bytes - 1));
    }

    synchronized MemorySegment take(int bytes) {
        int log2 = log2(Math.max(1, bytes));
        MemorySegment reused = free.get(log2).poll();
        return reused != null ? reused : arena.allocate(1L << log2, 64);
    }

    synchronized void giveBack(MemorySegment segment) {
        free.get(log2(segment.byteSize())).push(segment);
    }

    @Override
    public void close() {
        arena.close();
    }
}
