// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Notification;
import io.jnixl.spi.Backend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How platform threads wait actively, as long as the progress policy says: they let the backends work themselves, which is
 * the shortest way, and none needs to be woken. Virtual threads do not: they would keep their carrier from others.
 *
 * <p>Thread-safe.
 */
final class Driver {
    /**
     * After so long without anything, whoever is to bring about what is waited for may be waiting itself, for this very processor:
     * the kernel likes to wake threads where they are woken from.
     */
    static final long POLITE_NANOS = 10_000;

    /** Rounds between two looks at the clock, at most: a look costs as much as a round that takes no system call. */
    private static final int MOST_ROUNDS = 32;

    /** How long the rounds between two looks may take. */
    private static final long LOOK_NANOS = POLITE_NANOS / 2;

    /** Some times what two threads take to wake each other. */
    private static final long LONGER_NANOS = 2_000_000;

    private final Backend[] backends;
    private final Backend[] notifying;
    private final long spinNanos;

    /**
     * Whether a wait that slept was over so soon that it had better not slept. Where each side of a conversation sleeps, its
     * waking is what the other one waits for, for ever. Written by any waiter; which of them comes last does not matter.
     */
    private volatile boolean longer;

    /** Rounds between two looks at the clock; the same holds for it. */
    private volatile int rounds = MOST_ROUNDS;

    Driver(List<BackendSlot> slots, long spinNanos) {
        this.backends = slots.stream().map(slot -> slot.backend).toArray(Backend[]::new);
        this.notifying = slots.stream()
                .filter(slot -> slot.capabilities.notifications())
                .map(slot -> slot.backend)
                .toArray(Backend[]::new);
        this.spinNanos = spinNanos;
    }

    /** Whether the calling thread may work for the backends. */
    boolean isActive() {
        return !Thread.currentThread().isVirtual();
    }

    /** How long nothing may happen until the calling thread stops to wait actively. */
    long spinNanos() {
        if (Thread.currentThread().isVirtual()) {
            return 0;
        }
        return longer ? LONGER_NANOS : spinNanos;
    }

    /** How many rounds there are until one who waits actively looks at the clock. */
    int rounds() {
        return rounds;
    }

    /**
     * The same after a look: fewer where a round takes long, as where it calls the kernel.
     *
     * @param nanos since the look before
     */
    int rounds(long nanos) {
        int now = rounds;
        if (nanos > LOOK_NANOS && now > 1) {
            rounds = now / 2;
        } else if (nanos < LOOK_NANOS / 4 && now < MOST_ROUNDS) {
            rounds = 2 * now;
        }
        return rounds;
    }

    /**
     * One who stopped to wait actively has what it waited for.
     *
     * @param patience how long nothing had happened when it stopped
     * @param nanos that it slept
     */
    void slept(long patience, long nanos) {
        if (!isActive() || spinNanos == 0 || spinNanos >= LONGER_NANOS) {
            return;
        }
        boolean better = patience + nanos < LONGER_NANOS;
        if (longer != better) {
            longer = better;
        }
    }

    /**
     * As {@link #await}, which is to follow: for as many rounds as lie between two looks at the clock, and without such a look,
     * which costs as much as a tenth of the way there and back.
     */
    @Nullable
    Notification glance(NotificationQueue queue, @Nullable String from, int arrivals) {
        if (notifying.length == 0 || spinNanos() == 0) {
            return null;
        }
        Taker taker = queue.expect(from, arrivals);
        try {
            Notification taken = null;
            for (int i = rounds; i > 0 && taken == null; i--) {
                drive();
                taken = queue.hasNews(taker) ? queue.poll(taker) : null;
            }
            return taken;
        } finally {
            queue.expectNoMore(taker);
        }
    }

    /** Lets the backends work that deliver messages; answers whether anything happened. */
    private boolean drive() {
        boolean happened = false;
        for (Backend backend : notifying) {
            happened |= backend.progress();
        }
        return happened;
    }

    /**
     * Waits for a message from this sender (null: from anyone), until nothing has happened for some time.
     *
     * @param arrivals what {@link NotificationQueue#arrivals()} said before the queue was last looked at
     * @param start when the wait began, by {@link System#nanoTime()}
     * @param nanos how long it may take
     * @return null when there is none: wait for it otherwise
     */
    @Nullable
    Notification await(NotificationQueue queue, @Nullable String from, int arrivals, long start, long nanos) {
        long patience = notifying.length == 0 ? 0 : spinNanos();
        if (patience == 0) {
            return null;
        }
        Taker taker = queue.expect(from, arrivals);
        try {
            return await(queue, taker, start, nanos, patience);
        } finally {
            queue.expectNoMore(taker);
        }
    }

    private @Nullable Notification await(NotificationQueue queue, Taker taker, long start, long nanos, long patience) {
        long looked = start;
        long quietSince = start;
        long polite = POLITE_NANOS;
        boolean quiet = true;
        for (int untilLook = rounds; ; ) {
            quiet &= !drive();
            if (queue.hasNews(taker)) {
                Notification taken = queue.poll(taker);
                if (taken != null) {
                    return taken;
                }
                quiet = false;
            }
            if (--untilLook <= 0) {
                long time = System.nanoTime();
                untilLook = rounds(time - looked);
                looked = time;
                if (!quiet) {
                    quietSince = time;
                    quiet = true;
                }
                if (time - quietSince >= patience || time - start >= nanos || mustStop(queue)) {
                    rest();
                    return null;
                }
                polite = makeWay(time - quietSince, polite);
            }
        }
    }

    /**
     * Lets others have the processor, if any want it: rarely, since the kernel moves those that take turns too fast to no other
     * processor.
     *
     * @param quietNanos how long nothing has happened
     * @param at how long that must be; at first, {@link #POLITE_NANOS}
     * @return the same, for the next time
     */
    @SuppressWarnings("ThreadPriorityCheck") // a hint is all that it is meant to be
    static long makeWay(long quietNanos, long at) {
        if (quietNanos < at) {
            return quietNanos < POLITE_NANOS ? POLITE_NANOS : at;
        }
        Thread.yield();
        return 2 * at;
    }

    private static boolean mustStop(NotificationQueue queue) {
        return queue.isClosed() || Thread.currentThread().isInterrupted();
    }

    /** The calling thread stops to wait actively: from here on the backends' own threads notice what comes. */
    void rest() {
        if (isActive()) {
            for (Backend backend : backends) {
                backend.rest();
            }
        }
    }
}
