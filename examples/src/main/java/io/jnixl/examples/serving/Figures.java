// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the pushes of one run came to.
 *
 * @param bytes bytes moved
 * @param transferNanos time of all transfers
 * @param hiddenNanos the part of it during which the next layers were computed
 * @param computeNanos time of computing
 */
record Figures(long bytes, long transferNanos, long hiddenNanos, long computeNanos) {

    double gigabytesPerSecond() {
        return transferNanos == 0 ? 0 : (double) bytes / transferNanos;
    }

    double hiddenShare() {
        return transferNanos == 0 ? 1 : (double) hiddenNanos / transferNanos;
    }

    double transferMillis() {
        return transferNanos / 1e6;
    }

    double computeMillis() {
        return computeNanos / 1e6;
    }

    byte[] encode() {
        return ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(bytes)
                .putLong(transferNanos)
                .putLong(hiddenNanos)
                .putLong(computeNanos)
                .array();
    }

    static Figures decode(byte[] frame) throws IOException {
        if (frame.length != 4 * Long.BYTES) {
            throw new IOException("figures of " + frame.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        return new Figures(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
