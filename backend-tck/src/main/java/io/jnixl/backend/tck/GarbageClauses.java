// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import java.util.concurrent.TimeUnit;

/** What posting costs. */
final class GarbageClauses {
    static final String ZERO_GARBAGE = "C-COST-1 posting allocates nothing on the heap";
    private static final int POSTS = 10_000;
    private static final int WARM_UP = 20_000;
    private static final int MEASUREMENTS = 5;
    private static final int DESCRIPTORS = 8;
    private static final int SIZE = 4096;

    private GarbageClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(ZERO_GARBAGE, "BackendTransfer.post: allocates nothing, throws nothing", rig -> {
            Near near = rig.near(SIZE);
            Far far = rig.far(SIZE);
            Xfer x = rig.xfer(Operation.WRITE, near, far, DESCRIPTORS);
            run(rig, x, near, far, WARM_UP);
            // The compiler may change its mind during one measurement; what allocates per post shows in every one.
            long least = Long.MAX_VALUE;
            for (int i = 0; i < MEASUREMENTS && least > 0; i++) {
                least = Math.min(least, run(rig, x, near, far, POSTS));
            }
            assertThat(least)
                    .as("bytes that up to " + POSTS + " posts allocated on the posting thread, at best")
                    .isZero();
        });
    }

    /**
     * Posts again and again, to other places each time, and fewer times where the backend is slow; the bytes that posting alone
     * allocated.
     */
    private static long run(Rig rig, Xfer x, Near near, Far far, int posts) {
        long thread = Thread.currentThread().threadId();
        long limit = rig.under().timeout().toNanos() / 2;
        long start = System.nanoTime();
        long allocated = 0;
        long nearAddress = near.address();
        long farAddress = far.address();
        for (int i = 0; i < posts && System.nanoTime() - start < limit; i++) {
            x.columns().clear();
            for (int d = 0; d < DESCRIPTORS; d++) {
                x.add(nearAddress + d * 64L, farAddress + (i + d) % DESCRIPTORS * 64L, 64);
            }
            long before = Meters.allocatedBytes(thread);
            x.post();
            allocated += Meters.allocatedBytes(thread) - before;
            await(rig, x);
        }
        return allocated;
    }

    /** Like {@link Xfer#end()}, without garbage. */
    private static void await(Rig rig, Xfer x) {
        long start = System.nanoTime();
        while (x.isInFlight()) {
            if (rig.under().isPolled()) {
                x.transfer().poll();
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(1)) {
                Rig.succeed(x); // which waits in earnest, and says what it waited for
            }
            Thread.onSpinWait();
        }
        if (x.answer() != Status.IN_PROGRESS || x.outcome().status() != Status.SUCCESS) {
            Rig.succeed(x);
        }
    }
}
