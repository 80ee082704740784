// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Who may call a worker: one thread at a time, and never for long. Taking it on the way of a post is one atomic step that
 * never waits; the control path waits, and the worker's own thread stands back for it. Not reentrant; unlike a
 * {@code Lock} it allocates nothing.
 */
final class Ownership {
    private static final VarHandle TAKEN;
    private static final VarHandle WANTED;
    private static final int SPINS = 100;
    private static final long PARK_NANOS = 10_000;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAKEN = lookup.findVarHandle(Ownership.class, "taken", int.class);
            WANTED = lookup.findVarHandle(Ownership.class, "wanted", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int taken;
    private volatile int wanted;
    private volatile boolean ended;

    boolean tryTake() {
        return taken == 0 && TAKEN.compareAndSet(this, 0, 1);
    }

    /** Waits for it, for the control path; false when nobody gets it any more. */
    boolean take() {
        if (tryTake()) {
            return true;
        }
        WANTED.getAndAdd(this, 1);
        try {
            for (int i = 0; !tryTake(); i++) {
                if (ended) {
                    return false;
                }
                if (i < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PARK_NANOS);
                }
            }
            return true;
        } finally {
            WANTED.getAndAdd(this, -1);
        }
    }

    /** The one who has it keeps it for ever; those who wait need not. */
    void end() {
        ended = true;
    }

    /** Whether somebody waits: a thread that takes it again and again should let that one in. */
    boolean isWanted() {
        return wanted > 0;
    }

    void giveUp() {
        taken = 0;
    }
}
