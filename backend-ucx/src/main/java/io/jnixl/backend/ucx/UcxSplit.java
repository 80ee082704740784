// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.TransferRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How the posts of one transfer are shared with workers of the pool. Nothing is dealt out beforehand: the transfer's own worker
 * and the others take the next few descriptors each, until none is left, so that one that wakes up late or is held up by
 * something else holds up nobody. All is made when the transfer is prepared.
 *
 * <p>Begun by the owner of the transfer's worker; {@link #post} and {@link #ended} are called by the owners of all.
 */
final class UcxSplit {
    /** Turns that each takes at least, so that all end at about the same time. */
    private static final int TURNS = 8;

    private static final int MOST_AT_ONCE = 1024;

    private final UcxTransfer transfer;
    private final UcxPart[] parts;
    private final UcxWorkers workers;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable UcxFault> first = new AtomicReference<>();
    private int count;
    private int turn;
    private volatile boolean cut;

    UcxSplit(UcxTransfer transfer, TransferRequest request, UcxPeer peer) {
        this.transfer = transfer;
        this.workers = peer.workers();
        this.parts = new UcxPart[workers.pooled()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new UcxPart(peer.lane(workers.shared() + i), request, this);
        }
    }

    void enlist() {
        for (UcxPart part : parts) {
            part.enlist();
        }
    }

    void delist() {
        for (UcxPart part : parts) {
            part.delist();
        }
    }

    /** Asks for help with so many descriptors, if they are enough; false when the transfer is alone with them. */
    boolean begin(int descriptors) {
        int helpers = Math.min(parts.length, descriptors / workers.splitBatch());
        if (helpers == 0) {
            return false;
        }
        count = descriptors;
        turn = Math.clamp(descriptors / ((helpers + 1) * TURNS), 1, MOST_AT_ONCE);
        cut = false;
        next.set(0);
        first.set(null);
        underWay.set(helpers + 1);
        int place = workers.nextOfPool();
        for (int i = 0; i < helpers; i++) {
            if (!parts[(place + i) % parts.length].offer()) {
                underWay.decrementAndGet(); // never the last one, which is the transfer itself
            }
        }
        return true;
    }

    /** Posts on this one's lane what nobody has taken yet; owner of its worker. */
    void post(UcxPost by) {
        long from = next.getAndAdd(turn);
        while (from < count) {
            if (transfer.isCancelled()) {
                cut = true;
                stop();
                return;
            }
            int to = (int) Math.min(count, from + turn);
            if (!by.post((int) from, to)) {
                stop();
                return;
            }
            from = next.getAndAdd(turn);
        }
    }

    /** Whether a cancel left some of them out. */
    boolean isCut() {
        return cut;
    }

    /** Nobody takes any more. */
    void stop() {
        next.set(count);
    }

    /** A worker of the pool has done its part; the last one of all has the transfer go on. */
    void ended(UcxPart part) {
        if (!part.fault().isNone()) {
            failed(part.fault());
        }
        if (underWay.decrementAndGet() == 0) {
            transfer.worker().handOver(transfer);
            transfer.worker().wake();
        }
    }

    /**
     * The transfer's own part has ended, and so is what nobody has begun: there is nothing left to take, or it is not to be
     * taken.
     *
     * @return whether all is over; otherwise the last one has the transfer go on
     */
    boolean ownEnded(UcxFault how) {
        if (!how.isNone()) {
            failed(how);
        }
        int over = 1;
        for (UcxPart part : parts) {
            over += part.revoke() ? 1 : 0;
        }
        return underWay.addAndGet(-over) == 0;
    }

    private void failed(UcxFault how) {
        first.compareAndSet(null, how);
        stop();
    }

    /** What went wrong first, in any part. */
    @Nullable
    UcxFault firstFault() {
        return first.get();
    }

    /** Lets those go on whose own thread has died; any thread. */
    void pollDead() {
        if (underWay.get() > 0) {
            for (UcxPart part : parts) {
                if (part.worker().isDead()) {
                    part.worker().poll();
                }
            }
        }
    }
}
