// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * How a backend's thread waits for work, and how a caller waits for a transfer or a message before it parks: latency against
 * processor time.
 *
 * @since 0.1
 */
public enum ProgressPolicy {
    /** Sleeps at once: no processor time when idle, a wake-up's latency at each post. */
    PARK(0),
    /**
     * Spins for some tens of microseconds without an event, then sleeps: low latency under load, none of the cost when idle.
     * One whose sleeps have lately been over soon spins longer, until one takes longer: a caller for 2 milliseconds.
     */
    ADAPTIVE(50_000),
    /** Never sleeps: lowest latency, one core. */
    SPIN(Long.MAX_VALUE);

    private final long spinNanos;

    ProgressPolicy(long spinNanos) {
        this.spinNanos = spinNanos;
    }

    /** Nanoseconds to spin before sleeping. */
    public long spinNanos() {
        return spinNanos;
    }
}
