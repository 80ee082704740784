// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** A notification that belongs to no transfer, on its way. Owner of the worker only. */
final class UcxSend implements UcxOperation {
    private final UcxLane lane;
    private final Message message;
    private long token;

    UcxSend(UcxLane lane, Message message) {
        this.lane = lane;
        this.message = message;
    }

    /** Hands it to UCX; answers a {@code ucs_status_t}, after an error nothing is left. */
    byte start() {
        UcxWorker worker = lane.worker();
        token = worker.tokens().take(this);
        long request = UcpNative.amSend(
                lane.endpoint(),
                Upcalls.NOTIFICATION_ID,
                message.address(),
                message.length(),
                worker.params().message(token));
        if (request != 0 && !UcpStatus.isError(request)) {
            lane.sending(message.length());
            worker.count(1);
            return UcpStatus.OK;
        }
        release();
        return (byte) request;
    }

    @Override
    public void ended(byte status) {
        lane.sent(message.length());
        lane.worker().count(-1);
        release();
    }

    private void release() {
        lane.worker().tokens().giveBack(token);
        message.free();
    }
}
