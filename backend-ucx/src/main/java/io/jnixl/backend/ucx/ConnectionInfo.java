// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an agent publishes of its backend: a worker's address, which is all that native NIXL publishes, and behind it, where UCX
 * does not look, a mark that says that shared memory takes part in error handling here (UCX's MM_ERROR_HANDLING). An address does not tell, and a
 * process where it does not is ended by UCX, by a failed assertion, when a process where it does connects by shared memory.
 *
 * @param address without the mark
 * @param marked whether the mark is there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConnectionInfo(byte[] address, boolean marked) {
    private static final byte[] MARK = "jnixl-mm".getBytes(StandardCharsets.US_ASCII);

    /** Reads bytes that come from anywhere. */
    static ConnectionInfo of(byte[] bytes) {
        int end = bytes.length - MARK.length;
        boolean marked = end >= 0 && Arrays.equals(MARK, Arrays.copyOfRange(bytes, end, bytes.length));
        return new ConnectionInfo(marked ? Arrays.copyOf(bytes, end) : bytes, marked);
    }

    /** What is published. */
    byte[] bytes() {
        if (!marked) {
            return address;
        }
        byte[] all = Arrays.copyOf(address, address.length + MARK.length);
        System.arraycopy(MARK, 0, all, address.length, MARK.length);
        return all;
    }
}
