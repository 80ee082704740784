// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for conditions, bounded. Thread-safe.
 *
 * @since 0.1
 */
public final class Await {
    /** How long {@link #until(String, BooleanSupplier)} waits. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long SPIN_NANOS = 50_000;
    private static final long STEP_NANOS = 20_000;

    private Await() {}

    /** Waits for 30 seconds at most. */
    public static void until(String what, BooleanSupplier condition) {
        until(PATIENCE, what, condition);
    }

    /** Waits until the condition holds; an {@link AssertionError} that says what was waited for when it is late. */
    public static void until(Duration patience, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        long limit = patience.toNanos();
        while (!condition.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            if (waited > limit) {
                throw new AssertionError("not within " + patience.toMillis() + " ms: " + what);
            }
            if (waited < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(STEP_NANOS);
            }
        }
    }
}
