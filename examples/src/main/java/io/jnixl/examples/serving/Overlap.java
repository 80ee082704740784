// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.TransferStatistics;

/** How much of the time that transfers took was hidden behind computing. Not thread-safe. */
final class Overlap {
    private long bytes;
    private long transferNanos;
    private long hiddenNanos;
    private long computeNanos;
    private long lastComputeEnd;

    /** One transfer, and the span of computing that it belongs to. */
    void add(long computeStart, long computeEnd, TransferStatistics transfer) {
        long start = transfer.startNanos();
        long end = start + transfer.transferNanos();
        bytes += transfer.bytes();
        transferNanos += end - start;
        hiddenNanos += Math.max(0, Math.min(end, computeEnd) - Math.max(start, computeStart));
        if (computeEnd != lastComputeEnd) {
            computeNanos += computeEnd - computeStart;
            lastComputeEnd = computeEnd;
        }
    }

    Figures figures() {
        return new Figures(bytes, transferNanos, hiddenNanos, computeNanos);
    }
}
