// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** Waiting for other threads. */
final class Threads {
    private Threads() {}

    /** Waits for a thread's end, also through an interrupt, which is kept for afterwards. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
