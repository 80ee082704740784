// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Notification;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Counts the notifications that ride on posts; all others go on to someone else. */
final class Arrivals implements Consumer<Notification> {
    private static final long LOOK_NANOS = 100_000;
    private static final byte[] MESSAGE = {'p', 'o', 's', 't'};

    private final String partner;
    private final Consumer<? super Notification> others;
    private final AtomicLong count = new AtomicLong();

    /**
     * Counts those of one agent.
     *
     * @param others hears the rest
     */
    Arrivals(String partner, Consumer<? super Notification> others) {
        this.partner = partner;
        this.others = others;
    }

    /** What rides on a post. */
    static byte[] message() {
        return MESSAGE.clone();
    }

    @Override
    public void accept(Notification notification) {
        if (notification.from().equals(partner) && Arrays.equals(notification.bytes(), MESSAGE)) {
            count.incrementAndGet();
        } else {
            others.accept(notification);
        }
    }

    /** Waits until so many have come, or the time is over; answers how many have, and starts again at 0. */
    long await(long expected, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (count.get() < expected && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return count.getAndSet(0);
    }
}
