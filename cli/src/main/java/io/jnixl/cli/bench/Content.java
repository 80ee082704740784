// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * What memory or files hold: one pattern where blocks lie, and another around them, so that bytes that went astray are found
 * as well. The pattern of a block is that of its place on the far side.
 */
final class Content {
    private final Area area;
    private final IntFunction<MemorySegment> segments;

    /**
     * The content of an area.
     *
     * @param segments the memory of each segment; may be shorter than it should be, which is wrong where it ends
     */
    Content(Area area, IntFunction<MemorySegment> segments) {
        this.area = area;
        this.segments = segments;
    }

    /** Fills everything. */
    void fill(long seed) {
        for (int i = 0; i < area.segments(); i++) {
            Pattern.fill(segments.apply(i), seed, i * area.segmentBytes());
        }
    }

    /** Fills the blocks with what is to arrive at their places on the far side. */
    void fillBlocks(Placement own, Placement far, long seed) {
        for (int block = 0; block < own.shape().slots() * own.shape().batch(); block++) {
            MemorySegment memory = segments.apply(own.segment(block))
                    .asSlice(own.offset(block), own.shape().block());
            Pattern.fill(memory, seed, far.position(block));
        }
    }

    /**
     * The first wrong byte, as a position in the row of all segments; -1 when every byte is right.
     *
     * @param slots how many slots of each thread were used
     * @param seed of the pattern of blocks
     * @param around of the pattern around them
     */
    long firstWrong(Placement own, Placement far, int slots, long seed, long around) {
        int[] blocks = own.sorted(slots);
        int next = 0;
        for (int i = 0; i < area.segments(); i++) {
            MemorySegment memory = segments.apply(i);
            long start = i * area.segmentBytes();
            long at = 0;
            while (next < blocks.length && own.segment(blocks[next]) == i) {
                int block = blocks[next++];
                long from = own.offset(block);
                long wrong = firstWrong(memory, at, from, around, start + at);
                if (wrong < 0) {
                    at = from + own.shape().block();
                    wrong = firstWrong(memory, from, at, seed, far.position(block));
                }
                if (wrong >= 0) {
                    return start + wrong;
                }
            }
            long wrong = firstWrong(memory, at, area.segmentBytes(), around, start + at);
            if (wrong >= 0) {
                return start + wrong;
            }
        }
        return -1;
    }

    private static long firstWrong(MemorySegment memory, long from, long to, long seed, long position) {
        long end = Math.min(to, memory.byteSize());
        if (from < end) {
            long wrong = Pattern.firstWrong(memory.asSlice(from, end - from), seed, position);
            if (wrong >= 0) {
                return from + wrong;
            }
        }
        return end < to ? end : -1;
    }
}
