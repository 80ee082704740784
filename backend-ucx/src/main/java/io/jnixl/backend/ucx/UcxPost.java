// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.TransferRequest;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is posted on one lane: puts or gets and a flush behind them, or a single get. A transfer is one, and so is the part of
 * one that another worker takes. Linked into the lists of its worker and its lane, so that none of these allocates.
 *
 * <p>All is for the worker's owner but what says otherwise.
 */
abstract class UcxPost implements UcxOperation {
    private final UcxLane lane;
    private final UcxWorker worker;
    private final UcxAccesses accesses;
    private final UcxFault fault = new UcxFault();

    /** Made once, since each post hands it on. */
    private final BooleanSupplier cut = this::isCutHere;

    private long token;
    private byte endedWith;
    private boolean advancing;

    /** Links of {@link HandOver} and {@link Chain}, and of the lane's posts under way. */
    @Nullable
    UcxPost nextHandedOver;

    @Nullable
    UcxPost nextInChain;

    @Nullable
    UcxPost nextOfLane;

    @Nullable
    UcxPost previousOfLane;

    UcxPost(UcxLane lane, TransferRequest request) {
        this.lane = lane;
        this.worker = lane.worker();
        this.accesses = new UcxAccesses(
                request.operation() == Operation.WRITE, request.columns(), request.local(), request.remote(), worker);
    }

    /** The one that it is bound to. Any thread. */
    final UcxLane lane() {
        return lane;
    }

    final UcxWorker worker() {
        return worker;
    }

    final UcxFault fault() {
        return fault;
    }

    final long token() {
        return token;
    }

    // ---- for the control path, which does not own the worker

    /** Makes itself known to native code. */
    final void enlist() {
        worker.own();
        try {
            token = worker.tokens().take(this);
        } finally {
            worker.disownQuietly();
        }
    }

    /** After its last post. */
    final void delist() {
        worker.giveBack(token);
    }

    // ---- its life

    /**
     * It was handed to the worker: begins, or goes on after what other workers did for it.
     *
     * @return whether it has ended with success already, and nobody has put it among the ended
     */
    abstract boolean take();

    /** As {@link #take} where nothing begins any more. */
    abstract void refuse(Status status, String why);

    /** Goes on after UCX has ended a request of its own. */
    abstract void advance(byte status);

    /** The endpoint is closed, so that nothing touches memory any more: it is over. */
    abstract void endAnyhow(Status status, String why);

    /** Tells the application, after the ownership was given up; called by whoever took it out of the chain of the ended. */
    abstract void tell();

    @Override
    public final void ended(byte status) {
        endedWith = status;
        advancing = true;
        worker.completions().add(this);
    }

    /** Whether UCX has ended its request and it will go on by itself. */
    final boolean isAdvancing() {
        return advancing;
    }

    final void advance() {
        advancing = false;
        advance(endedWith);
    }

    /** One more post begins. */
    final void begin() {
        fault.clear();
        accesses.begin();
        worker.count(1);
    }

    /** Posts a range of the descriptors; false when one failed, which {@link #fault()} tells, or the rest was spared. */
    final boolean post(int from, int to) {
        return accesses.post(cut, lane, from, to, fault);
    }

    /** Asked now and then while it posts: whether the rest is to be spared. */
    boolean isCutHere() {
        return false;
    }

    /** Gets the one descriptor there is; {@link #advance(byte)} hears of the end, now or later, as after a flush. */
    final void getOne() {
        boolean asks = worker.completions().asked().isFree();
        long request = accesses.getFirst(lane, asks, token, fault);
        if (fault.isNone()) {
            awaitEnd(request, asks);
        } else {
            flush(); // which finds out whether the endpoint is of use still
        }
    }

    /** Flushes what it has posted; {@link #advance(byte)} hears of the end, now or later. */
    final void flush() {
        if (lane.hasFailed()) { // while it posted: UCX may answer that there is nothing to flush
            advance(UcpStatus.CONNECTION_RESET);
            return;
        }
        boolean asks = worker.completions().asked().isFree();
        long params = asks ? RequestParams.UNTOLD : worker.params().told(token);
        awaitEnd(UcpNative.epFlush(lane.endpoint(), params), asks);
    }

    /** Goes on where a request has ended inside the call; else it is asked, or calls back. */
    private void awaitEnd(long request, boolean asks) {
        if (request == 0) {
            advance(UcpStatus.OK);
        } else if (UcpStatus.isError(request)) {
            advance((byte) request);
        } else if (asks) {
            worker.completions().asked().ask(request, this);
        }
    }

    /** After the flush: whether puts may touch memory until the endpoint is closed, which ends this. */
    final boolean isLeftToTheClose(byte status) {
        if (status == UcpStatus.OK) {
            return false;
        }
        if (fault.isNone()) {
            fault.set(-1, status, "the data was not transferred" + lane.knownReason());
        }
        return lane.dropAfter(status);
    }

    /** What UCX may still say of the present post finds nobody. */
    final void renewToken() {
        worker.completions().asked().forget(this);
        worker.tokens().giveBack(token);
        token = worker.tokens().take(this);
    }

    /** What its fault means for the application. */
    final Status statusOfFault() {
        Status known = fault.status();
        if (known != null) {
            return known;
        }
        if (worker.isClosed()) {
            return Status.CANCELED;
        }
        return lane.isUsable() ? UcpStatus.of(fault.code()) : Status.REMOTE_DISCONNECT;
    }
}
