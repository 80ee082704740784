// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.spi.CompletionSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the ends of posts and remembers the last. Allocates nothing on success. */
final class Outcome implements CompletionSink {
    private final AtomicInteger ends = new AtomicInteger();
    private volatile Status status = Status.NOT_POSTED;
    private volatile int column = -2;
    private volatile String message = "";
    private volatile String nativeError = "";
    private volatile String remedy = "";
    private volatile long threadId;
    private volatile Runnable onEnd = () -> {};

    /** Runs at each end from now on, after the end is counted. */
    void onEnd(Runnable hook) {
        onEnd = hook;
    }

    @Override
    public void complete(Status end) {
        end(end, -2, "", "", "");
    }

    @Override
    public void fail(Status end, int descriptor, String text, String nativeText, String todo) {
        end(end, descriptor, text, String.valueOf(nativeText), String.valueOf(todo));
    }

    /** Descriptors that were said to have failed in any post, with the bytes they got. */
    final Map<Integer, Long> faults = new ConcurrentHashMap<>();

    @Override
    public boolean fault(int descriptor, long bytesDone, String text, String nativeText) {
        faults.put(descriptor, bytesDone);
        return true;
    }

    private void end(Status end, int descriptor, String text, String nativeText, String todo) {
        status = end;
        column = descriptor;
        message = text;
        nativeError = nativeText;
        remedy = todo;
        threadId = Thread.currentThread().threadId();
        ends.incrementAndGet();
        onEnd.run();
    }

    int ends() {
        return ends.get();
    }

    Status status() {
        return status;
    }

    int column() {
        return column;
    }

    String message() {
        return message;
    }

    String nativeError() {
        return nativeError;
    }

    String remedy() {
        return remedy;
    }

    long threadId() {
        return threadId;
    }

    @Override
    public String toString() {
        return status + " at " + column + ": " + message + " " + nativeError + " (" + remedy + ")";
    }

    /** Waits until this many posts have ended in all, and answers how the last one did. */
    Status await(int count) {
        Await.until("end of post " + count + ", seen " + ends, () -> ends.get() >= count);
        return status;
    }
}
