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
import org.jspecify.annotations.Nullable;

/**
 * Puts or gets to one peer: one native call per descriptor, a flush behind them (none behind a single get), and when that has
 * ended the notification, so that the peer hears of the data when it is there; on the lane of one worker, to which it is bound
 * when it is prepared. With many descriptors workers of the pool take some of them, on lanes of their own ({@link UcxSplit}); the
 * notification goes when all have flushed. Nothing allocates unless something fails.
 *
 * <p>All but {@link #post}, {@link #poll} and {@link #cancel} is for the worker's owner.
 */
final class UcxTransfer extends UcxPost implements BackendTransfer {
    private enum Phase {
        IDLE,
        DATA,
        /** Its own worker's part has ended, and others have not; it is on no lane. */
        OTHERS,
        MESSAGE
    }

    private final boolean write;
    private final @Nullable UcxSplit split;
    private final TransferColumns columns;
    private final NotificationBuffer notification;
    private final CompletionSink sink;
    private final Message message;
    private boolean hasMessage;
    private volatile boolean cancelled;

    private Phase phase = Phase.IDLE;
    private boolean isShared;
    private boolean cut;

    /** Inside {@link #start}, and an end with success need not be told to the sink. */
    private boolean starting;

    private Status result = Status.SUCCESS;

    private UcxTransfer(UcxLane lane, TransferRequest request, byte[] sender) {
        super(lane, request);
        this.write = request.operation() == Operation.WRITE;
        this.columns = request.columns();
        this.notification = request.notification();
        this.sink = request.completion();
        this.message = new Message(sender);
        this.split = lane.peer().workers().splits(columns.capacity()) ? new UcxSplit(this, request, lane.peer()) : null;
    }

    /**
     * Prepares one.
     *
     * @param worker the one to bind it to, or -1
     */
    static UcxTransfer prepare(UcxPeer peer, TransferRequest request, byte[] sender, int worker) {
        int bound = peer.workers().bind(worker);
        try {
            UcxTransfer transfer = new UcxTransfer(peer.lane(bound), request, sender);
            transfer.enlist();
            if (transfer.split != null) {
                transfer.split.enlist();
            }
            return transfer;
        } catch (RuntimeException | Error e) {
            peer.workers().unbind(bound);
            throw e;
        }
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
        return worker().submit(this);
    }

    @Override
    public boolean poll() {
        boolean happened = worker().poll();
        if (split != null) {
            split.pollDead();
        }
        return happened;
    }

    /** One-sided accesses cannot be called back, so this spares what is not posted yet, and waits for the end of the rest. */
    @Override
    public void cancel() {
        cancelled = true;
        poll();
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public CostEstimate estimateCost() {
        return lane().estimate(columns);
    }

    @Override
    public void close() {
        delist();
        if (split != null) {
            split.delist();
        }
        message.free();
        lane().peer().workers().unbind(worker().index());
    }

    // ---- owner

    @Override
    boolean take() {
        if (phase == Phase.OTHERS) {
            dataEnded();
            return false;
        }
        return start();
    }

    @Override
    void refuse(Status status, String why) {
        if (phase == Phase.OTHERS) {
            fault().ends(status, why);
        } else {
            begin();
        }
        end(status, why);
    }

    /** Starts a post; true when it has ended with success already, which then nobody else tells. */
    private boolean start() {
        begin();
        result = Status.SUCCESS;
        isShared = false;
        cut = false;
        starting = true;
        enterLane(Phase.DATA);
        if (!lane().isUsable()) {
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

    private void enterLane(Phase now) {
        lane().enter(this);
        phase = now;
    }

    private void leaveLane(Phase now) {
        if (phase == Phase.DATA || phase == Phase.MESSAGE) {
            lane().leave(this);
        }
        phase = now;
    }

    private void move() {
        UcxSplit others = split;
        if (others != null && others.begin(columns.count())) {
            isShared = true;
            others.post(this);
        } else if (!write && columns.count() == 1) {
            getOne();
            return;
        } else {
            post(0, columns.count());
        }
        flush();
    }

    @Override
    void advance(byte status) {
        if (phase == Phase.MESSAGE) {
            sent(status);
        } else if (phase == Phase.DATA && !isLeftToTheClose(status)) {
            ownPartEnded();
        }
    }

    @Override
    void endAnyhow(Status status, String why) {
        renewToken();
        if (phase == Phase.DATA && isShared) {
            fault().ends(status, why);
            ownPartEnded();
        } else {
            end(status, why);
        }
    }

    private void ownPartEnded() {
        UcxSplit others = split;
        if (others == null || !isShared) {
            dataEnded();
            return;
        }
        leaveLane(Phase.OTHERS); // from here on the end of the lane says nothing of the data
        if (others.ownEnded(fault())) {
            dataEnded();
        }
    }

    private void dataEnded() {
        UcxFault first = split != null && isShared ? split.firstFault() : null;
        if (first != null && first != fault()) {
            fault().copy(first);
        }
        if (!fault().isNone()) {
            end(statusOfFault(), fault().text());
        } else if (isCut()) {
            end(Status.CANCELED, null);
        } else if (!hasMessage) {
            end(Status.SUCCESS, null); // also when cancelled: nothing was spared
        } else if (cancelled) {
            end(Status.CANCELED, null);
        } else if (!lane().isUsable()) {
            end(Status.REMOTE_DISCONNECT, "the data was transferred, but not the notification");
        } else {
            sendMessage();
        }
    }

    @Override
    boolean isCutHere() {
        cut |= cancelled;
        return cut;
    }

    /** Whether a cancel spared descriptors. */
    private boolean isCut() {
        return cut || (split != null && isShared && split.isCut());
    }

    private void sendMessage() {
        leaveLane(Phase.IDLE);
        enterLane(Phase.MESSAGE);
        long request = message.send(lane(), token());
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
            fault().set(-1, status, "the data was transferred, but not the notification");
            end(statusOfFault(), fault().text());
        }
    }

    private void end(Status status, @Nullable String why) {
        leaveLane(Phase.IDLE);
        result = status;
        if (why != null) {
            fault().ends(status, why);
        }
        worker().count(-1);
        if (!starting || status != Status.SUCCESS) {
            starting = false;
            worker().finished(this);
        }
    }

    // ---- after the ownership

    @Override
    void tell() {
        Status status = result;
        String why = fault().text();
        if (!status.isError() || (status == Status.CANCELED && why == null)) {
            sink.complete(status);
            return;
        }
        byte code = fault().code();
        sink.fail(
                status,
                fault().column(),
                (write ? "WRITE to " : "READ from ") + lane() + ": " + why,
                code == UcpStatus.OK ? lane().peer().failureText() : UcpStatus.text(code),
                status == Status.REMOTE_DISCONNECT
                        ? "load the peer's metadata again when it is back"
                        : "see what UCX wrote to standard error");
    }
}
