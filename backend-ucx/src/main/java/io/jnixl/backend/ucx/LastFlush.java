// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.foreign.Arena;

/**
 * Whether all has left that a worker has to send, answers to its peers among it, which UCX makes and tells nobody of. While a
 * connection is still being made they wait, and UCX 1.13 crashes when it destroys a worker with such messages. The worker's owner.
 */
final class LastFlush {
    /** A {@code ucp_request_param_t} that asks for nothing in particular. */
    private static final long PLAIN = Arena.global().allocate(256, Long.BYTES).address();

    private final long request;
    private boolean over;

    LastFlush(long worker) {
        request = UcpNative.workerFlush(worker, PLAIN);
        over = request == UcpStatus.OK || UcpStatus.isError(request);
    }

    /** Also when it failed: what cannot be sent does not wait. */
    boolean isOver() {
        if (!over && UcpNative.checkStatus(request) != UcpStatus.IN_PROGRESS) {
            UcpNative.requestFree(request);
            over = true;
        }
        return over;
    }
}
