// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a flawed toy's transfer do its harm after the toy's close, and before another toy's transfer is over: a thread
 * that merely went on might get no processor until nobody looks any more.
 */
final class Fence {
    private static final long PATIENCE_SECONDS = 5;
    private static final AtomicBoolean AWAITED = new AtomicBoolean();
    private static final SynchronousQueue<Fence> BEGUN = new SynchronousQueue<>();
    private static final SynchronousQueue<Fence> HARM_DONE = new SynchronousQueue<>();

    private final boolean straggles;

    /** To be made as the post is made: the first of two goes on after its toy's close. */
    Fence() {
        straggles = AWAITED.compareAndSet(false, true);
    }

    /** Before the last bytes of the post. */
    void before() {
        meet(BEGUN, !straggles);
        if (!straggles) {
            meet(HARM_DONE, false);
        }
    }

    /** After them. */
    void after() {
        if (straggles) {
            AWAITED.set(false);
            meet(HARM_DONE, true);
        }
    }

    private void meet(SynchronousQueue<Fence> where, boolean tells) {
        try {
            var _ = tells
                    ? where.offer(this, PATIENCE_SECONDS, TimeUnit.SECONDS)
                    : where.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
