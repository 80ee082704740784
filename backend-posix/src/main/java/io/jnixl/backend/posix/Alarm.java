// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jnixl.nativesupport.FileCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the thread of a ring sleeps while nobody leads the ring: an event that the kernel signals at a completion, and other
 * threads when they want it. Nothing is allocated.
 */
final class Alarm {
    private final int event;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private volatile boolean called;

    Alarm() {
        event = Inbox.eventOrThrow();
    }

    int event() {
        return event;
    }

    /** Wakes the thread, or keeps it from falling asleep; any thread. */
    void call() {
        called = true;
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            Libc.signal(event);
        }
    }

    /** The thread is about to look at everything: what was called for before is done with that. */
    void hear() {
        called = false;
    }

    /** From now on it is rung for; false when it was called meanwhile. */
    boolean beginSleep() {
        asleep.set(true);
        return !called;
    }

    /** Sleeps until a signal; {@code room} as {@link #room} made it. */
    void sleep(long room) {
        if (Libc.poll(room, -1)) {
            Libc.takeSignal(event, room + Libc.POLL_FD_SIZE);
        }
    }

    void endSleep() {
        asleep.set(false);
    }

    /** A {@code struct pollfd}, and room for the count. */
    long room(Arena arena) {
        MemorySegment room = arena.allocate(Libc.POLL_FD_SIZE + Long.BYTES, Long.BYTES);
        room.set(JAVA_INT, 0, event);
        room.set(JAVA_SHORT, Libc.POLL_FD_EVENTS, Libc.POLLIN);
        return room.address();
    }

    /** Only when nobody will call any more. */
    void close() {
        var _ = FileCalls.close(event);
    }
}
