// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A notification that belongs to no transfer. UCX has copied most when the call returns, so that a lane needs one of these
 * again and again; one that UCX still reads is out of use until it has been sent. Owner of the worker only.
 */
final class UcxSend implements UcxOperation {
    private final UcxLane lane;
    private final Message message;
    private final long token;

    /** Link of the lane's list of those out of use. */
    @Nullable
    UcxSend nextIdle;

    UcxSend(UcxLane lane, byte[] sender) {
        this.lane = lane;
        this.message = new Message(sender);
        this.token = lane.worker().tokens().take(this);
    }

    /** Hands a message to UCX; answers a {@code ucs_status_t}, after an error nothing is under way. */
    byte send(MemorySegment payload) {
        try {
            message.compose(payload, Math.toIntExact(payload.byteSize()));
        } catch (RuntimeException | Error e) {
            lane.idle(this);
            throw e;
        }
        long request = message.send(lane, token);
        if (request != 0 && !UcpStatus.isError(request)) {
            lane.sending(message.length());
            lane.worker().count(1);
            return UcpStatus.OK;
        }
        lane.idle(this);
        return (byte) request;
    }

    /** Bytes of its native memory. */
    long capacity() {
        return message.capacity();
    }

    @Override
    public void ended(byte status) {
        lane.sent(message.length());
        lane.worker().count(-1);
        lane.idle(this);
    }

    void free() {
        lane.worker().tokens().giveBack(token);
        message.free();
    }
}
