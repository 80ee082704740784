// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts those who use something at this moment, so that its owner can shut it and wait until they are out. Entering and
 * leaving cost one atomic addition each. Never held while foreign code with callbacks runs, so waiting is short.
 */
final class Gate {
    /** The sign bit says shut; the bits below count users. */
    private static final int SHUT = Integer.MIN_VALUE;

    private final AtomicInteger users = new AtomicInteger();

    /** Goes in; false when shut. */
    boolean enter() {
        if (users.incrementAndGet() > 0) {
            return true;
        }
        leave();
        return false;
    }

    /** Goes out. */
    void leave() {
        if (users.decrementAndGet() == SHUT) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    boolean isShut() {
        return users.get() < 0;
    }

    /** Lets nobody in any more and waits until all are out; not interruptible; idempotent. */
    void shut() {
        users.getAndUpdate(n -> n | SHUT);
        boolean interrupted = false;
        synchronized (this) {
            while (users.get() != SHUT) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
