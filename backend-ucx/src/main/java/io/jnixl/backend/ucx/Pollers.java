// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a worker's own thread, its helper, knows of those who poll it, whom it leaves the worker to. They say no more than they do anyway,
 * in plain stores, since they do so in every round. Any thread, but for what says "owner": by one who owns the worker.
 */
final class Pollers {
    private static final VarHandle POLLS;
    private static final VarHandle KNOCKS;
    private static final VarHandle HELPED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            POLLS = lookup.findVarHandle(Pollers.class, "polls", long.class);
            KNOCKS = lookup.findVarHandle(Pollers.class, "knocks", int.class);
            HELPED = lookup.findVarHandle(Pollers.class, "helped", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long polls;

    /**
     * How often one who polls found that the helper has the worker, which leaves then. Any thread adds to it, and what gets lost
     * thereby does not matter, since those who poll come again.
     */
    private int knocks;

    private boolean helped;
    private volatile boolean resting;

    /** Owner: one of them polls. */
    void polled() {
        POLLS.setRelease(this, polls + 1);
        if (resting) {
            resting = false;
        }
    }

    /** One of them came while somebody else had the worker. */
    void knock() {
        if ((boolean) HELPED.getOpaque(this)) {
            KNOCKS.setOpaque(this, knocks() + 1);
        }
        Thread.onSpinWait();
    }

    int knocks() {
        return (int) KNOCKS.getOpaque(this);
    }

    /** How often they have progressed so far, or wanted to. */
    long polls() {
        return (long) POLLS.getAcquire(this) + knocks();
    }

    /** Owner, the helper: whether it has the worker, and leaves when somebody knocks. */
    void setHelped(boolean now) {
        HELPED.setOpaque(this, now);
    }

    /** One of them stops: the helper is to take over. */
    void rest() {
        resting = true;
    }

    /** Owner: the helper has done what the one who rests asked for. */
    void tookOver() {
        resting = false;
    }

    /** Whether the last one has said that it stops. */
    boolean areResting() {
        return resting;
    }
}
