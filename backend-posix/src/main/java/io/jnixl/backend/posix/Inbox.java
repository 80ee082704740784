// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Posts on their way from any thread to the one that owns a ring, and the bell that wakes it. Nobody waits for a lock, nothing
 * is allocated. The bell is an event's descriptor, which the owner's ring listens to; it is rung only when the owner says that
 * it sleeps.
 */
final class Inbox {
    private final AtomicReference<@Nullable PosixTransfer> latest = new AtomicReference<>();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final int bell;

    Inbox() {
        bell = eventOrThrow();
    }

    /** A new event's descriptor. */
    static int eventOrThrow() {
        int event = Libc.eventfd();
        if (event < 0) {
            throw NixlException.of(ErrorCode.BACKEND, "the system gives no event descriptor")
                    .backend(PosixBackendProvider.NAME)
                    .nativeError(-event, Errno.name(-event))
                    .remedy("raise the limit on open files (ulimit -n)")
                    .build();
        }
        return event;
    }

    int bell() {
        return bell;
    }

    boolean isEmpty() {
        return latest.get() == null;
    }

    /** Leaves a transfer here and sees to it that the owner looks. */
    void offer(PosixTransfer transfer) {
        PosixTransfer former;
        do {
            former = latest.get();
            transfer.next = former;
        } while (!latest.compareAndSet(former, transfer));
        ring();
    }

    /** Wakes the owner if it sleeps. */
    void ring() {
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            Libc.signal(bell);
        }
    }

    /** Takes all that is here, oldest first. */
    void drainTo(Fifo fifo) {
        PosixTransfer newest = latest.get() == null ? null : latest.getAndSet(null);
        PosixTransfer oldest = null;
        while (newest != null) { // they are linked from the newest to the oldest
            PosixTransfer older = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = older;
        }
        while (oldest != null) {
            PosixTransfer newer = oldest.next;
            fifo.add(oldest);
            oldest = newer;
        }
    }

    /** The owner is about to sleep: from now on it is rung for. It must look once more before it does. */
    void beginSleep() {
        sleeping.set(true);
    }

    /** The owner is awake. */
    void endSleep() {
        sleeping.set(false);
    }

    /** Only when nobody will ring any more: the number may be another file's next. */
    void close() {
        var _ = FileCalls.close(bell);
    }
}
