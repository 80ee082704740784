// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A thread in place of one that died, for as long as there is something to do: not the caller, who may hold locks that the
 * application's callbacks want. There is one at most. Any thread may call.
 */
final class StandIn {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    private final String name;
    private final Runnable work;
    private final AtomicInteger wakes = new AtomicInteger();
    private volatile @Nullable Thread thread;
    private volatile boolean stopped;

    StandIn(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    /** Has the work done once more, which begins after this call. */
    void wake() {
        if (stopped || wakes.getAndIncrement() > 0) {
            return;
        }
        try {
            Thread next = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
            thread = next;
            next.start();
        } catch (OutOfMemoryError e) { // no thread, or no memory for one: the next one who wakes tries again
            wakes.set(0);
            LOG.log(System.Logger.Level.ERROR, "no thread can stand in for the one that progressed UCX", e);
        }
    }

    private void run() {
        int seen;
        do {
            seen = wakes.get();
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "what was left to the thread that progressed UCX failed", e);
            }
        } while (!wakes.compareAndSet(seen, 0));
    }

    /** No more from here on; waits for what is under way, unless this is called by it. */
    void stop() {
        stopped = true;
        Thread last = thread;
        if (last != null && last != Thread.currentThread()) {
            Threads.join(last);
        }
    }
}
