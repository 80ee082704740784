// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that frames on their way in may take up together, so that many connections cannot fill the heap where one may not.
 * Thread-safe.
 */
public final class Budget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** This many bytes. */
    public Budget(long limit) {
        this.limit = limit;
    }

    /** A quarter of the heap: frames are copied once on their way. */
    static Budget ofHeap() {
        return new Budget(Runtime.getRuntime().maxMemory() / 4);
    }

    long limit() {
        return limit;
    }

    /** What is taken now. */
    public long used() {
        return used.get();
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) > limit) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }
}
