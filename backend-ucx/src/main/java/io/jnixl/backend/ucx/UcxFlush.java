// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** Waits for all that a lane has under way, which connects it if it was not. */
final class UcxFlush implements UcxOperation {
    private final UcxLane lane;
    private long token;
    private byte status;
    private volatile boolean done;

    UcxFlush(UcxLane lane) {
        this.lane = lane;
    }

    void start() {
        UcxWorker worker = lane.worker();
        worker.own();
        try {
            if (!lane.isUsable()) {
                end(UcpStatus.CONNECTION_RESET);
                return;
            }
            token = worker.tokens().take(this);
            long request = UcpNative.epFlush(lane.endpoint(), worker.params().told(token));
            if (request == 0 || UcpStatus.isError(request)) {
                ended((byte) request);
            }
        } finally {
            worker.disownQuietly();
        }
    }

    @Override
    public void ended(byte how) {
        lane.worker().tokens().giveBack(token);
        end(how);
    }

    private void end(byte how) {
        status = how;
        done = true;
    }

    /** Any thread. */
    boolean isDone() {
        return done;
    }

    /** A {@code ucs_status_t}, once it is done. */
    byte status() {
        return status;
    }
}
