// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Notification;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One who waits actively for a message. What comes while its own thread has a backend work need not go through the queue, if
 * nothing came before it since that one last looked there. Its thread's alone, which has another one only when a callback that a
 * backend runs waits, too; so one object serves a thread for all its waits.
 */
final class Taker {
    private static final ThreadLocal<Place> HERE = ThreadLocal.withInitial(Place::new);

    /** Those of one thread. */
    private static final class Place {
        private @Nullable Taker innermost;

        /** Out of use. */
        private @Nullable Taker spare;
    }

    private final Place place;

    /** Null while out of use, so that no agent lives on in it. */
    private @Nullable NotificationQueue queue;

    private @Nullable String from;
    private @Nullable Taker outer;
    private @Nullable Notification taken;

    /** What the queue's arrivals were when this one last looked. */
    private int seen;

    private Taker(Place place) {
        this.place = place;
    }

    /** The last to begin on the present thread, for whichever queue. */
    static @Nullable Taker innermost() {
        return HERE.get().innermost;
    }

    /** The present thread begins to wait. */
    static Taker begin(NotificationQueue queue, @Nullable String from, int seen) {
        Place here = HERE.get();
        Taker fresh = here.spare == null ? new Taker(here) : here.spare;
        here.spare = null;
        fresh.queue = queue;
        fresh.from = from;
        fresh.seen = seen;
        fresh.outer = here.innermost;
        here.innermost = fresh;
        return fresh;
    }

    /** Waits no longer; answers what it has got and not handed on. */
    @Nullable
    Notification end() {
        place.innermost = outer;
        place.spare = this;
        queue = null;
        from = null;
        outer = null;
        return handOn();
    }

    @Nullable
    Taker outer() {
        return outer;
    }

    boolean isOf(NotificationQueue other) {
        return queue == other;
    }

    boolean wants(NotificationQueue offered, String sender) {
        return queue == offered && taken == null && seen == offered.arrivals() && (from == null || from.equals(sender));
    }

    /** False when there is no memory for it: then the queue has some, or the backend keeps it. */
    boolean take(String sender, MemorySegment memory, long offset, int length) {
        try {
            taken = new Notification(sender, memory, offset, length);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    @Nullable
    Notification handOn() {
        Notification mine = taken;
        taken = null;
        return mine;
    }

    /** Whether it has got something, or something came into the queue since it looked there. */
    boolean hasNews(int arrivals) {
        return taken != null || seen != arrivals;
    }

    /** It looks into the queue now; answers the sender it waits for, or null for anyone. */
    @Nullable
    String looks(int arrivals) {
        seen = arrivals;
        return from;
    }
}
