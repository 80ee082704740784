// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts or gets to one peer: the accesses, a flush behind them, and when that has ended the notification, so that the peer
 * hears of the data when it is there; all on the lane of one worker, to which it is bound when it is prepared. Nothing
 * allocates unless something fails.
 *
 * <p>All but {@link #post}, {@link #poll} and {@link #cancel} is for the worker's owner, {@link #tell} for the one who took it
 * out of the chain of the ended.
 */
final class UcxTransfer implements BackendTransfer, UcxOperation {
    private enum Phase {
        IDLE,
        DATA,
        MESSAGE
    }

    private final UcxWorker worker;
    private final UcxLane lane;
    private final boolean write;
    private final TransferColumns columns;
    private final UcxAccesses accesses;
    private final NotificationBuffer notification;
    private final CompletionSink sink;
    private final Message message;
    private long token;
    private boolean hasMessage;
    private volatile boolean cancelled;

    private Phase phase = Phase.IDLE;
    private byte endedWith;
    private boolean advancing;

    /** Inside {@link #start}, and an end with success need not be told to the sink. */
    private boolean starting;

    private Status result = Status.SUCCESS;
    private int faultColumn = -1;
    private byte faultStatus;
    private @Nullable String fault;

    /** Links of {@link HandOver} and {@link Chain}, and of the lane's posts under way. */
    @Nullable
    UcxTransfer nextHandedOver;

    @Nullable
    UcxTransfer nextInChain;

    @Nullable
    UcxTransfer nextOfLane;

    @Nullable
    UcxTransfer previousOfLane;

    private UcxTransfer(UcxLane lane, TransferRequest request, byte[] sender) {
        this.worker = lane.worker();
        this.lane = lane;
        this.write = request.operation() == Operation.WRITE;
        this.columns = request.columns();
        this.accesses = new UcxAccesses(write, columns, request.local(), request.remote(), worker);
        this.notification = request.notification();
        this.sink = request.completion();
        this.message = new Message(sender);
    }

    static UcxTransfer prepare(UcxPeer peer, TransferRequest request, byte[] sender) {
        int bound = peer.workers().bind();
        try {
            UcxTransfer transfer = new UcxTransfer(peer.lane(bound), request, sender);
            transfer.enlist();
            return transfer;
        } catch (RuntimeException | Error e) {
            peer.workers().unbind(bound);
            throw e;
        }
    }

    private void enlist() {
        worker.own();
        try {
            token = worker.tokens().take(this);
        } finally {
            worker.disownQuietly();
        }
    }

    /** The one that it is bound to. */
    UcxLane lane() {
        return lane;
    }

    // ---- any thread

    @Override
    public Status post() {
        if (cancelled) { // rarely, and writing it costs a fence
            cancelled = false;
        }
        hasMessage = notification.isPresent();
        if (hasMessage) {
            message.compose(notification.segment(), notification.length());
        }
        return worker.submit(this);
    }

    @Override
    public void poll() {
        worker.poll();
    }

    /** One-sided accesses cannot be called back, so this spares at most the notification: the data's end is waited for. */
    @Override
    public void cancel() {
        cancelled = true;
        worker.poll();
    }

    @Override
    public CostEstimate estimateCost() {
        return lane.estimate(columns);
    }

    @Override
    public void close() {
        worker.giveBack(token);
        message.free();
        lane.peer().workers().unbind(worker.index());
    }

    // ---- owner

    /** Starts a post; true when it has ended with success already, which then nobody else tells. */
    boolean start() {
        result = Status.SUCCESS;
        fault = null;
        faultColumn = -1;
        faultStatus = UcpStatus.OK;
        starting = true;
        worker.count(1);
        lane.enter(this);
        phase = Phase.DATA;
        if (!lane.isUsable()) {
            end(Status.REMOTE_DISCONNECT, "the peer is gone");
        } else if (cancelled) {
            end(Status.CANCELED, null);
        } else {
            move();
        }
        boolean ended = starting && phase == Phase.IDLE;
        starting = false;
        return ended;
    }

    private void move() {
        long endpoint = lane.endpoint();
        if (!accesses.post(endpoint)) {
            fail(accesses.faultColumn(), accesses.faultStatus(), Objects.requireNonNull(accesses.fault()));
        }
        long request = UcpNative.epFlush(endpoint, worker.params().told(token));
        if (request == 0) {
            flushed(UcpStatus.OK);
        } else if (UcpStatus.isError(request)) {
            flushed((byte) request);
        }
    }

    private void fail(int column, byte status, String what) {
        faultColumn = column;
        faultStatus = status;
        fault = what;
    }

    @Override
    public void ended(byte status) {
        endedWith = status;
        advancing = true;
        worker.advanceLater(this);
    }

    /** Whether UCX has ended its request and it will go on by itself. */
    boolean isAdvancing() {
        return advancing;
    }

    /** Goes on after UCX has ended a request of this transfer's. */
    void advance() {
        advancing = false;
        if (phase == Phase.DATA) {
            flushed(endedWith);
        } else if (phase == Phase.MESSAGE) {
            sent(endedWith);
        }
    }

    private void flushed(byte status) {
        if (fault == null && status != UcpStatus.OK) {
            fail(-1, status, "the data was not transferred");
        }
        if (status != UcpStatus.OK && lane.dropAfter(status)) {
            return; // puts before the fault may touch memory until the endpoint is closed, which ends this post
        }
        if (fault != null) {
            end(statusOfFault(), fault);
        } else if (!hasMessage) {
            end(Status.SUCCESS, null); // also when cancelled: nothing was spared
        } else if (cancelled) {
            end(Status.CANCELED, null);
        } else if (!lane.isUsable()) {
            end(Status.REMOTE_DISCONNECT, "the data was transferred, but not the notification");
        } else {
            sendMessage();
        }
    }

    private void sendMessage() {
        phase = Phase.MESSAGE;
        worker.counters().sentMessage();
        long request = UcpNative.amSend(
                lane.endpoint(),
                Upcalls.NOTIFICATION_ID,
                message.address(),
                message.length(),
                worker.params().message(token));
        if (request == 0) {
            sent(UcpStatus.OK);
        } else if (UcpStatus.isError(request)) {
            sent((byte) request);
        }
    }

    private void sent(byte status) {
        if (status == UcpStatus.OK) {
            end(Status.SUCCESS, null);
        } else {
            fail(-1, status, "the data was transferred, but not the notification");
            end(statusOfFault(), fault);
        }
    }

    private Status statusOfFault() {
        if (worker.isClosed()) {
            return Status.CANCELED;
        }
        return lane.isUsable() ? UcpStatus.of(faultStatus) : Status.REMOTE_DISCONNECT;
    }

    /** It was accepted, and does not start any more. */
    void refuse(Status status, String why) {
        worker.count(1);
        end(status, why);
    }

    /** The post is over, one way or another; what UCX may still say of it finds nobody. */
    void endAnyhow(Status status, String why) {
        worker.tokens().giveBack(token);
        token = worker.tokens().take(this);
        end(status, why);
    }

    void end(Status status, @Nullable String why) {
        if (phase != Phase.IDLE) {
            lane.leave(this);
            phase = Phase.IDLE;
        }
        result = status;
        fault = why;
        worker.count(-1);
        if (!starting || status != Status.SUCCESS) {
            starting = false;
            worker.finished(this);
        }
    }

    // ---- after the ownership

    void tell() {
        Status status = result;
        if (!status.isError() || (status == Status.CANCELED && fault == null)) {
            sink.complete(status);
            return;
        }
        sink.fail(
                status,
                faultColumn,
                (write ? "WRITE to " : "READ from ") + lane + ": " + fault,
                faultStatus == UcpStatus.OK ? lane.peer().failureText() : UcpStatus.text(faultStatus),
                status == Status.REMOTE_DISCONNECT
                        ? "load the peer's metadata again when it is back"
                        : "see what UCX wrote to standard error");
    }
}
