// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.Status;
import io.jnixl.spi.TransferRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one worker of the pool does of a transfer's posts: it takes descriptors as long as there are some, and flushes. It is
 * offered to the worker, and revoked when there is nothing left to do before that one has taken it: then nobody waits for a
 * thread to wake up. What was revoked stays where it was handed over until the worker finds it, or is offered once more.
 */
final class UcxPart extends UcxPost {
    private static final int IDLE = 0;
    private static final int OFFERED = 1;
    private static final int TAKEN = 2;
    private static final int REVOKED = 3;

    private final UcxSplit split;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private boolean onLane;

    UcxPart(UcxLane lane, TransferRequest request, UcxSplit split) {
        super(lane, request);
        this.split = split;
    }

    /** By the owner of the transfer's worker; false when nobody would take it. */
    boolean offer() {
        if (worker().isDead()) {
            return false;
        }
        if (!state.compareAndSet(REVOKED, OFFERED)) { // else it is where it was handed over before
            state.set(OFFERED);
            worker().handOver(this);
        }
        worker().wake();
        return true;
    }

    /** By the owner of the transfer's worker; whether it was offered and is not taken, and so is over. */
    boolean revoke() {
        return state.compareAndSet(OFFERED, REVOKED);
    }

    /** False when it was revoked. */
    private boolean accept() {
        while (!state.compareAndSet(OFFERED, TAKEN)) {
            if (state.compareAndSet(REVOKED, IDLE)) {
                return false;
            }
        }
        begin();
        return true;
    }

    @Override
    boolean take() {
        if (!accept()) {
            return false;
        }
        worker().counters().tookPart();
        lane().enter(this);
        onLane = true;
        if (lane().isUsable()) {
            split.post(this);
            flush();
        } else {
            end(Status.REMOTE_DISCONNECT, "the peer is gone");
        }
        return false;
    }

    @Override
    void refuse(Status status, String why) {
        if (accept()) {
            end(status, why);
        }
    }

    @Override
    void advance(byte status) {
        if (!isLeftToTheClose(status)) {
            end(fault().isNone() ? Status.SUCCESS : statusOfFault(), null);
        }
    }

    @Override
    void endAnyhow(Status status, String why) {
        renewToken();
        end(status, why);
    }

    private void end(Status status, @Nullable String why) {
        if (onLane) {
            lane().leave(this);
            onLane = false;
        }
        worker().count(-1);
        if (status.isError()) {
            fault().ends(status, why);
        }
        state.set(IDLE);
        split.ended(this); // the last thing: the transfer may be posted again at once
    }

    /** Its transfer does. */
    @Override
    void tell() {}
}
