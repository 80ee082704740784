// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** When to give up. */
final class Deadline {
    /** Longer than anything waits, and short enough to count in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final long start = System.nanoTime();
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    static Deadline in(Duration time) {
        return new Deadline((time.compareTo(LONGEST) > 0 ? LONGEST : time).toNanos());
    }

    static Deadline never() {
        return in(LONGEST);
    }

    /** Nanoseconds left; not below zero. */
    long left() {
        return Math.max(0, nanos - (System.nanoTime() - start));
    }

    boolean isOver() {
        return left() == 0;
    }

    /** Waits, but not beyond the deadline. */
    void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(time.toNanos(), left()));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** What a thread that is interrupted gives up with; it stays interrupted. */
    static NixlException interrupted() {
        Thread.currentThread().interrupt();
        return new NixlException(ErrorCode.CANCELED, "interrupted while waiting for etcd");
    }
}
