// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/**
 * What is in flight during one case of a sweep.
 *
 * @param block bytes of a block
 * @param batch blocks of one post
 * @param depth posts in flight per thread
 * @param threads threads that post
 */
record Shape(long block, int batch, int depth, int threads) {
    /** Bounds what a partner can have this side compute. */
    static final int MOST_BLOCKS = 1 << 24;

    Shape {
        boolean positive = block > 0 && batch > 0 && depth > 0 && threads > 0;
        if (!positive || (double) batch * depth * threads > MOST_BLOCKS || block > Long.MAX_VALUE / MOST_BLOCKS) {
            throw new IllegalArgumentException("a case of " + threads + " threads x " + depth + " posts x " + batch
                    + " blocks of " + block + " bytes is out of range: at most " + MOST_BLOCKS + " blocks in flight");
        }
    }

    /** Bytes of one post. */
    long bytes() {
        return block * batch;
    }

    int slots() {
        return threads * depth;
    }

    int blocksPerThread() {
        return batch * depth;
    }
}
