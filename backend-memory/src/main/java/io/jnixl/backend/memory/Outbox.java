// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the notifications of one backend's transfers. One that finds the target's sink full waits in the lane of its
 * peer, and later ones queue up behind it, so that a sender's order is kept; other peers are not held up. Whoever has time
 * (workers between jobs and between chunks, an idle one every millisecond) calls {@link #sweep} to try again.
 *
 * <p>Thread-safe. The sinks of targets are called with the lock held, which they allow since they never block; completion
 * sinks are not.
 */
final class Outbox {
    /** How often transfers that wait for room are tried again, at least. */
    static final long RETRY_MILLIS = 1;

    private static final long RETRY_NANOS = RETRY_MILLIS * 1_000_000;

    private final Runnable wakeWorker;
    private final List<Lane> waitingLanes = new ArrayList<>();
    private volatile int waiting;
    private volatile boolean cancelSeen;
    private volatile long lastSweep;

    /**
     * An empty one.
     *
     * @param wakeWorker makes some worker look at {@link #hasWaiting()}
     */
    Outbox(Runnable wakeWorker) {
        this.wakeWorker = wakeWorker;
    }

    /**
     * Delivers a transfer's notification, or keeps the transfer.
     *
     * @return {@link Status#IN_PROGRESS} when kept: hands off it then; its end otherwise
     */
    Status deliver(MemoryTransfer transfer) {
        Status status = offerOrKeep(transfer);
        if (status == Status.IN_PROGRESS) {
            wakeWorker.run();
        }
        return status;
    }

    private synchronized Status offerOrKeep(MemoryTransfer transfer) {
        Status stop = transfer.stop();
        if (stop != Status.IN_PROGRESS) {
            return stop;
        }
        Lane lane = transfer.peer().lane();
        if (lane.isEmpty()) {
            Status status = transfer.offer();
            if (status != Status.NOT_ALLOWED) {
                return status;
            }
            waitingLanes.add(lane);
        }
        lane.add(transfer);
        waiting++;
        return Status.IN_PROGRESS;
    }

    boolean hasWaiting() {
        return waiting > 0;
    }

    /** To be called when a transfer that may wait here was told to end early. */
    void noteCancel() {
        cancelSeen = true;
    }

    /** As {@link #sweep}, unless there was one within the last millisecond. */
    void sweepIfDue() {
        if (waiting > 0 && System.nanoTime() - lastSweep >= RETRY_NANOS) {
            sweep();
        }
    }

    /** Ends the transfers that can end by now. Runs their callbacks: the caller holds nothing. */
    void sweep() {
        if (waiting == 0) {
            return;
        }
        lastSweep = System.nanoTime();
        for (MemoryTransfer t = next(); t != null; t = next()) {
            t.finishAsDecided();
        }
    }

    private synchronized @Nullable MemoryTransfer next() {
        MemoryTransfer cancelled = nextCancelled();
        if (cancelled != null) {
            return cancelled;
        }
        for (int i = waitingLanes.size() - 1; i >= 0; i--) {
            MemoryTransfer head = waitingLanes.get(i).peek();
            if (head != null && head.decide()) {
                waitingLanes.get(i).poll();
                removed(i);
                return head;
            }
        }
        return null;
    }

    private @Nullable MemoryTransfer nextCancelled() {
        if (!cancelSeen) {
            return null;
        }
        cancelSeen = false;
        for (int i = waitingLanes.size() - 1; i >= 0; i--) {
            MemoryTransfer cancelled = waitingLanes.get(i).pollCancelled();
            if (cancelled != null) {
                cancelSeen = true; // there may be more
                removed(i);
                cancelled.decideCancelled();
                return cancelled;
            }
        }
        return null;
    }

    private synchronized void removed(int lane) {
        waiting--;
        if (waitingLanes.get(lane).isEmpty()) {
            waitingLanes.remove(lane);
        }
    }

    /**
     * Abandons what waits. The backend has stopped already, so {@link MemoryTransfer#stop} lets nothing new in. Runs
     * callbacks.
     */
    void abandonAll() {
        for (MemoryTransfer t = takeAny(); t != null; t = takeAny()) {
            t.abandon();
        }
    }

    private synchronized @Nullable MemoryTransfer takeAny() {
        if (waitingLanes.isEmpty()) {
            return null;
        }
        int last = waitingLanes.size() - 1;
        MemoryTransfer taken = waitingLanes.get(last).poll();
        removed(last);
        return taken;
    }
}
