// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, bounded. */
final class Await {
    private static final long LIMIT_NANOS = 30_000_000_000L;
    private static final long SPIN_NANOS = 50_000;
    private static final long STEP_NANOS = 20_000;

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            if (waited > LIMIT_NANOS) {
                throw new AssertionError("not within 30 s: " + what);
            }
            if (waited < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(STEP_NANOS);
            }
        }
    }
}
