// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.util.concurrent.locks.LockSupport;

/** Short waits of a worker's thread between two tries. */
final class Pause {
    /** Before asking again what the system told to try again, or cuFile had no room for. */
    static final long RETRY_NANOS = 1_000_000;

    private Pause() {}

    /** Sleeps, also where the application has interrupted the thread, from a callback: no sleep would last after that. */
    static void nanos(long nanos) {
        var _ = Thread.interrupted();
        LockSupport.parkNanos(nanos);
    }
}
