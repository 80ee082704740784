// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends notifications that belong to no transfer to one peer: by its first lane always, so that they stay in order. A
 * platform thread sends by itself; a virtual one never owns a worker, and hands over a copy.
 */
final class Sender {
    /** Bytes under way, or handed over, from which more are refused until some have gone. */
    private static final long MOST_SENDING = 64L << 20;

    /** What a message costs besides its bytes, so that empty ones are bounded too. */
    private static final int ENTRY_BYTES = 128;

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    private final UcxLane lane;
    private final byte[] self;
    private final AtomicLong handedOver = new AtomicLong();

    /**
     * Makes one.
     *
     * @param self one's own name in UTF-8
     */
    Sender(UcxLane lane, byte[] self) {
        this.lane = lane;
        this.self = self;
    }

    /** As {@link io.jnixl.spi.BackendPeer#send} says. */
    Status send(MemorySegment bytes) {
        return Thread.currentThread().isVirtual() ? handOver(bytes) : sendNow(bytes);
    }

    private boolean isOpen() {
        return lane.isUsable() && !lane.worker().isClosed();
    }

    private Status sendNow(MemorySegment bytes) {
        UcxWorker worker = lane.worker();
        byte status;
        worker.own();
        try {
            if (!isOpen() || lane.sendingBytes() > MOST_SENDING) {
                worker.progress();
                return isOpen() ? Status.NOT_ALLOWED : Status.REMOTE_DISCONNECT;
            }
            worker.runErrands(); // what virtual threads handed over comes first
            if (!lane.isUsable()) { // an errand may have ended the lane, where another one has found the peer gone
                return Status.REMOTE_DISCONNECT;
            }
            status = lane.takeIdle(self).send(bytes);
            worker.progress();
        } finally {
            worker.disownQuietly();
        }
        if (status != UcpStatus.OK && lane.isUsable()) {
            throw NixlException.of(ErrorCode.BACKEND, "the notification was not sent")
                    .backend(UcxBackendProvider.NAME)
                    .peer(lane.peer().name())
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
        return status == UcpStatus.OK ? Status.SUCCESS : Status.REMOTE_DISCONNECT;
    }

    private Status handOver(MemorySegment bytes) {
        if (!isOpen()) {
            return Status.REMOTE_DISCONNECT;
        }
        long cost = bytes.byteSize() + ENTRY_BYTES;
        if (handedOver.addAndGet(cost) - cost + lane.sendingBytes() > MOST_SENDING) {
            handedOver.addAndGet(-cost);
            return Status.NOT_ALLOWED;
        }
        MemorySegment copy;
        try {
            copy = MemorySegment.ofArray(bytes.toArray(JAVA_BYTE));
        } catch (RuntimeException | Error e) {
            handedOver.addAndGet(-cost);
            throw e;
        }
        lane.worker().later(() -> sendHandedOver(copy, cost));
        return Status.SUCCESS;
    }

    /** Owner. */
    private void sendHandedOver(MemorySegment bytes, long cost) {
        handedOver.addAndGet(-cost);
        if (!lane.isUsable()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a notification of {0} bytes was not sent: {1} is gone",
                    bytes.byteSize(),
                    lane.peer());
            return;
        }
        byte status = lane.takeIdle(self).send(bytes);
        if (status != UcpStatus.OK && lane.isUsable()) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a notification of {0} bytes to {1} was not sent: {2}",
                    bytes.byteSize(),
                    lane.peer(),
                    UcpNative.statusString(status));
        }
    }
}
