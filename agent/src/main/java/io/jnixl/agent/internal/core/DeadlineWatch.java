// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends posts that nobody polls when their deadline passes, and those that stall. One thread looks at all transfers that have
 * a deadline or a stall timeout, every millisecond while a post of theirs runs, and sleeps otherwise; it is made with the
 * first such transfer. It goes on whatever a transfer or its backend throws: all others depend on it.
 */
final class DeadlineWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long TICK_NANOS = 1_000_000;

    private final String agentName;
    private final Map<TransferImpl, Watched> watched = new ConcurrentHashMap<>();
    private volatile boolean asleep;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    /** A transfer and what has been said of it: once each, since the next look is a millisecond later. */
    private static final class Watched {
        private final TransferImpl transfer;
        private boolean saidUnknown;
        private boolean saidFailed;

        Watched(TransferImpl transfer) {
            this.transfer = transfer;
        }
    }

    DeadlineWatch(String agentName) {
        this.agentName = agentName;
    }

    void add(TransferImpl transfer) {
        watched.put(transfer, new Watched(transfer));
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

    /** Whether any such post runs, or may run: then another look is due soon. */
    private boolean scan() {
        try {
            return lookAtAll();
        } catch (Throwable e) { // no memory, or a logger that throws: there is nobody left to tell
            return true;
        }
    }

    private boolean lookAtAll() {
        boolean running = false;
        for (Watched one : watched.values()) {
            if (TransferState.visible(one.transfer.state().word()) == Status.IN_PROGRESS) {
                look(one);
                running = true;
            }
        }
        return running;
    }

    private void look(Watched one) {
        try {
            one.transfer.checkDeadline();
            checkStall(one);
        } catch (Throwable e) { // foreign code may throw what it does not declare
            if (!one.saidFailed) {
                one.saidFailed = true;
                warn("looking after " + one.transfer.label() + " failed", e);
            }
        }
    }

    /**
     * Gives the post up when the backend has had it for too long without moving a byte. What waits for room has not got there,
     * and what a poster is still handing over is moving.
     */
    private void checkStall(Watched one) {
        TransferImpl transfer = one.transfer;
        long now = transfer.state().word();
        if (transfer.plan().stallTimeout() == 0 || TransferState.flags(now) != TransferState.OWNED) {
            return;
        }
        long generation = TransferState.generation(now);
        if (transfer.clock().isStalled(generation, bytesMoved(one))) {
            transfer.abandon(generation, Status.TIMED_OUT);
        }
    }

    /** -1 when the backend cannot tell, or throws instead. */
    private long bytesMoved(Watched one) {
        TransferImpl transfer = one.transfer;
        try {
            return transfer.mover().backend.bytesMoved();
        } catch (Throwable e) {
            if (!one.saidUnknown) {
                one.saidUnknown = true;
                warn("backend " + transfer.backend() + " threw from bytesMoved of " + transfer.label(), e);
            }
            return -1;
        }
    }

    private void warn(String what, Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, "agent " + agentName + ": " + what + "; said once", cause);
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
