// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends posts that nobody polls when their deadline passes, and those that stall. One thread looks at all transfers that have
 * a deadline or a stall timeout, every millisecond while a post of theirs runs, and sleeps otherwise; it is made with the
 * first such transfer.
 */
final class DeadlineWatch implements AutoCloseable {
    private static final long TICK_NANOS = 1_000_000;

    private final String agentName;
    private final Set<TransferImpl> watched = ConcurrentHashMap.newKeySet();
    private volatile boolean asleep;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    DeadlineWatch(String agentName) {
        this.agentName = agentName;
    }

    void add(TransferImpl transfer) {
        watched.add(transfer);
        synchronized (this) {
            if (thread == null && !stopped) {
                thread = Thread.ofPlatform()
                        .daemon()
                        .name("jnixl-deadlines-" + agentName)
                        .start(this::run);
            }
        }
    }

    void remove(TransferImpl transfer) {
        watched.remove(transfer);
    }

    /** A post that is watched begins: one volatile read, and a wake-up where the watch sleeps. */
    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopped) {
            if (scan()) {
                LockSupport.parkNanos(this, TICK_NANOS);
                continue;
            }
            asleep = true;
            if (!scan() && !stopped) { // a post may have begun before it could see that we sleep
                LockSupport.park(this);
            }
            asleep = false;
        }
    }

    /** Whether any such post runs. */
    private boolean scan() {
        boolean running = false;
        for (TransferImpl transfer : watched) {
            if (TransferState.visible(transfer.state().word()) == Status.IN_PROGRESS) {
                transfer.checkDeadline();
                checkStall(transfer);
                running = true;
            }
        }
        return running;
    }

    /**
     * Gives the post up when the backend has had it for too long without moving a byte. What waits for room has not got there,
     * and what a poster is still handing over is moving.
     */
    private static void checkStall(TransferImpl transfer) {
        long now = transfer.state().word();
        if (transfer.plan().stallTimeout() == 0 || TransferState.flags(now) != TransferState.OWNED) {
            return;
        }
        long generation = TransferState.generation(now);
        if (transfer.clock().isStalled(generation, transfer.mover().backend.bytesMoved())) {
            transfer.abandon(generation, Status.TIMED_OUT);
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
