// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/**
 * Whether something waits to leave a worker, answers to its peers among it, which UCX makes and tells nobody of. They wait while
 * a connection is being made, or for room at a peer, and UCX 1.13 crashes when it destroys a worker with such messages. The
 * worker's owner.
 *
 * <p>What comes after a flush has begun is not among what it waits for. So only one that is over at once says that nothing waits now.
 */
final class LastFlush {
    private final long worker;

    /** {@link UcpStatus#OK} when none is under way. */
    private long request = UcpStatus.OK;

    LastFlush(long worker) {
        this.worker = worker;
    }

    /** False while something waits; to be asked again after progress, with nothing in between when it is to destroy the worker. */
    boolean isOverAtOnce() {
        if (request != UcpStatus.OK) {
            if (UcpNative.checkStatus(request) == UcpStatus.IN_PROGRESS) {
                return false;
            }
            UcpNative.requestFree(request);
        }
        request = UcpNative.workerFlush(worker, RequestParams.UNTOLD);
        if (UcpStatus.isError(request)) {
            request = UcpStatus.OK; // what cannot be sent does not wait
        }
        return request == UcpStatus.OK;
    }
}
