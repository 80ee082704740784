// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Status;
import io.jnixl.spi.CompletionSink;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A completion sink that counts the ends of posts and remembers the last. Allocates nothing on success. Thread-safe.
 *
 * @since 0.1
 */
public final class Outcome implements CompletionSink {
    private final AtomicInteger ends = new AtomicInteger();
    private volatile Status status = Status.NOT_POSTED;
    private volatile int column = -2;
    private volatile String message = "";
    private volatile String remedy = "";
    private volatile long threadId;
    private volatile Runnable onEnd = () -> {};

    /** One that was told nothing yet. */
    public Outcome() {}

    /** Runs at each end from now on, on the backend's thread, before the end is counted. */
    public void onEnd(Runnable hook) {
        onEnd = hook;
    }

    @Override
    public void complete(Status end) {
        end(end, -2, "", "");
    }

    @Override
    public void fail(Status end, int descriptor, String text, @Nullable String nativeError, @Nullable String todo) {
        end(end, descriptor, text, String.valueOf(todo));
    }

    private void end(Status end, int descriptor, String text, String todo) {
        status = end;
        column = descriptor;
        message = text;
        remedy = todo;
        threadId = Thread.currentThread().threadId();
        onEnd.run();
        ends.incrementAndGet();
    }

    /** How many ends were told. */
    public int ends() {
        return ends.get();
    }

    /** How the last post ended; {@link Status#NOT_POSTED} before any has. */
    public Status status() {
        return status;
    }

    /** The column that failed; -1 for none in particular, -2 without a failure. */
    public int column() {
        return column;
    }

    /** What was said of the failure. */
    public String message() {
        return message;
    }

    /** What to do about the failure. */
    public String remedy() {
        return remedy;
    }

    /** The thread that told the last end. */
    public long threadId() {
        return threadId;
    }
}
