// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/**
 * Memory or storage as a row of segments of one length, each divided among threads.
 *
 * @param segments number of segments: 1 for memory, the number of files or objects for storage
 * @param segmentBytes bytes of each
 */
record Area(int segments, long segmentBytes) {
    /** Shares of threads begin at pages, as long as they are that large. */
    static final long PAGE = 4096;

    Area {
        if (segments < 1 || segmentBytes < 1 || segmentBytes > Long.MAX_VALUE / segments) {
            throw new IllegalArgumentException(segments + " segments of " + segmentBytes + " bytes");
        }
    }

    long bytes() {
        return segments * segmentBytes;
    }

    /** One thread's bytes in each segment. */
    long share(int threads) {
        long share = segmentBytes / threads;
        return share < PAGE ? share : share / PAGE * PAGE;
    }

    /** How many blocks of a thread a segment holds at most. */
    int blocksPerSegment(Shape shape) {
        return Math.ceilDiv(shape.blocksPerThread(), segments);
    }

    boolean holds(Shape shape) {
        return share(shape.threads()) / shape.block() >= blocksPerSegment(shape);
    }

    /** The smallest segments that hold a case, whole pages. */
    static Area holding(Shape shape, int segments) {
        long share = Math.ceilDiv(shape.blocksPerThread(), segments) * shape.block();
        return new Area(segments, Math.ceilDiv(share, PAGE) * PAGE * shape.threads());
    }
}
