// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.spi.CompletionSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the ends of posts and remembers the last, with all that was said of it. Allocates nothing on success. */
final class Ends implements CompletionSink {
    private final AtomicInteger count = new AtomicInteger();
    private volatile Status status = Status.NOT_POSTED;
    private volatile int column = -2;
    private volatile String text = "";

    /** Descriptors that were said to have failed in any post, with the bytes they got. */
    final Map<Integer, Long> faults = new ConcurrentHashMap<>();

    /** What the application does when a post ends, before anybody sees that. */
    volatile Runnable callback = () -> {};

    /** What the note of a fault does besides. */
    volatile Runnable onFault = () -> {};

    @Override
    public void complete(Status end) {
        callback.run();
        status = end;
        count.incrementAndGet();
    }

    @Override
    public void fail(Status end, int descriptor, String message, String nativeError, String remedy) {
        column = descriptor;
        text = message + "; " + nativeError + "; " + remedy;
        complete(end);
    }

    @Override
    public boolean fault(int descriptor, long bytesDone, String message, String nativeError) {
        onFault.run();
        faults.merge(descriptor, bytesDone, Math::min);
        return true;
    }

    int count() {
        return count.get();
    }

    int column() {
        return column;
    }

    /** Message, native error and remedy of the last failure. */
    String text() {
        return text;
    }

    /** Waits until this many posts have ended in all, and answers how the last one did. */
    Status await(int posts) {
        Await.until("end of post " + posts + ", seen " + count, () -> count.get() >= posts);
        return status;
    }
}
