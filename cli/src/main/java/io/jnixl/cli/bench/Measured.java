// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/**
 * What a case's threads measured.
 *
 * @param iterations posts of each thread
 * @param nanos from the start of the first thread to the end of the last one
 * @param times of all threads
 */
record Measured(Shape shape, int iterations, long nanos, Recorder times) {

    long posts() {
        return (long) iterations * shape.threads();
    }

    /** GB/s, 10^9 bytes. */
    double bandwidth() {
        return (double) shape.bytes() * posts() / nanos;
    }

    /** Microseconds per block as nixlbench has it: all of the time by iterations of a thread and blocks of a batch. */
    double averageLatency() {
        return nanos / 1e3 / ((double) iterations * shape.batch());
    }
}
