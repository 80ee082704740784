// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts or gets to one peer: one native call per descriptor, a flush behind them, and when that has ended the notification,
 * so that the peer hears of the data when it is there; all on the lane of one worker, to which it is bound when it is prepared.
 * Nothing allocates unless something fails.
 *
 * <p>A put's own request is given back at once; the flush tells for all of them. All but {@link #post}, {@link #poll} and
 * {@link #cancel} is for the worker's owner, {@link #tell} for the one who took it out of the chain of the ended.
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
    private final UcxMemory[] local;
    private final UcxRegion[] remote;
    private final NotificationBuffer notification;
    private final CompletionSink sink;
    private final Message message;
    private long token;
    private boolean hasMessage;
    private volatile boolean cancelled;

    private Phase phase = Phase.IDLE;
    private byte endedWith;
    private boolean advancing;
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

    private UcxTransfer(UcxLane lane, TransferRequest request, UcxMemory[] local, UcxRegion[] remote, byte[] sender) {
        this.worker = lane.worker();
        this.lane = lane;
        this.write = request.operation() == Operation.WRITE;
        this.columns = request.columns();
        this.local = local;
        this.remote = remote;
        this.notification = request.notification();
        this.sink = request.completion();
        this.message = new Message(sender);
    }

    static UcxTransfer prepare(UcxPeer peer, TransferRequest request, byte[] sender) {
        UcxMemory[] local = memories(request.local());
        UcxRegion[] remote = regions(request.remote());
        int bound = peer.workers().bind();
        try {
            UcxTransfer transfer = new UcxTransfer(peer.lane(bound), request, local, remote, sender);
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

    private static UcxMemory[] memories(List<RegisteredMemory> local) {
        return local.toArray(UcxMemory[]::new);
    }

    private static UcxRegion[] regions(List<RegionHandle> remote) {
        return remote.toArray(UcxRegion[]::new);
    }

    /** The one that it is bound to. */
    UcxLane lane() {
        return lane;
    }

    // ---- any thread

    @Override
    public Status post() {
        cancelled = false;
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
    public void close() {
        worker.giveBack(token);
        message.free();
        lane.peer().workers().unbind(worker.index());
    }

    // ---- owner

    void start() {
        result = Status.SUCCESS;
        fault = null;
        faultColumn = -1;
        faultStatus = UcpStatus.OK;
        lane.enter(this);
        phase = Phase.DATA;
        if (!lane.isUsable()) {
            end(Status.REMOTE_DISCONNECT, "the peer is gone");
        } else if (cancelled) {
            end(Status.CANCELED, null);
        } else {
            move();
        }
    }

    private void move() {
        long endpoint = lane.endpoint();
        int index = worker.index();
        int count = columns.count();
        for (int i = 0; i < count; i++) {
            if (!move(endpoint, index, i)) {
                break;
            }
        }
        long request = UcpNative.epFlush(endpoint, worker.params().told(token));
        if (request == 0) {
            flushed(UcpStatus.OK);
        } else if (UcpStatus.isError(request)) {
            flushed((byte) request);
        }
    }

    private boolean move(long endpoint, int index, int i) {
        UcxMemory near = local[columns.localRegion(i)];
        UcxRegion far = remote[columns.remoteRegion(i)];
        long length = columns.length(i);
        long nearAddress = columns.localAddress(i);
        long farAddress = columns.remoteAddress(i);
        if (!near.contains(nearAddress, length) || !far.contains(farAddress, length)) {
            fail(i, UcpStatus.INVALID_PARAM, "the descriptor leaves its region");
            return false;
        }
        long params = worker.params().data(near.handle(), near.memoryType());
        long request = write
                ? UcpNative.put(endpoint, nearAddress, length, farAddress, far.key(index), params)
                : UcpNative.get(endpoint, nearAddress, length, farAddress, far.key(index), params);
        if (request == 0) {
            return true;
        }
        if (UcpStatus.isError(request)) {
            fail(i, (byte) request, write ? "ucp_put_nbx failed" : "ucp_get_nbx failed");
            return false;
        }
        UcpNative.requestFree(request);
        return true;
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
        worker.finished(this);
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
