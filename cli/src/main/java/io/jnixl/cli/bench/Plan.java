// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The cases of a run, checked.
 *
 * @param shapes block lengths, and for each of them batch sizes
 * @param local the local memory
 */
record Plan(List<Shape> shapes, Area local, SweepOptions options) {
    static final int MOST_THREADS = 256;

    private static final long LARGE = 1 << 20;

    Plan {
        shapes = List.copyOf(shapes);
    }

    static Plan of(SweepOptions options) {
        Shape largest = new Shape(options.maxBlockSize, options.maxBatchSize, options.depth, options.threads);
        Area needed = Area.holding(largest, 1);
        Area local = options.totalBufferSize == null ? needed : new Area(1, options.totalBufferSize);
        if (!local.holds(largest)) {
            throw new IllegalArgumentException("--total_buffer_size " + local.bytes()
                    + " is too small: --max_block_size "
                    + largest.block() + " x --max_batch_size " + largest.batch() + " x --pipeline_depth "
                    + largest.depth() + " x --num_threads " + largest.threads() + " need " + needed.bytes() + " bytes");
        }
        List<Shape> shapes = new ArrayList<>();
        for (long block = options.startBlockSize; block <= options.maxBlockSize; block *= 2) {
            for (long batch = options.startBatchSize; batch <= options.maxBatchSize; batch *= 2) {
                shapes.add(new Shape(block, (int) batch, options.depth, options.threads));
            }
        }
        return new Plan(shapes, local, options);
    }

    Shape largest() {
        return new Shape(options.maxBlockSize, options.maxBatchSize, options.depth, options.threads);
    }

    /** Measured posts of each thread. */
    int iterations(Shape shape) {
        return Math.max(1, perThread(shape, options.iterations));
    }

    /** Posts of each thread before them. */
    int warmup(Shape shape) {
        return perThread(shape, options.warmup);
    }

    private int perThread(Shape shape, int posts) {
        int factor = shape.block() > LARGE ? options.largeBlockFactor : 1;
        return Math.ceilDiv(posts / factor, shape.threads());
    }
}
