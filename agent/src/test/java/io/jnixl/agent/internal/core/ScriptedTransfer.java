// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A transfer that ends when and as the test says. */
final class ScriptedTransfer implements BackendTransfer {
    final TransferRequest request;
    final AtomicInteger posts = new AtomicInteger();
    final AtomicInteger cancels = new AtomicInteger();
    /** What it says has been moved: it cannot tell, unless a test says so. */
    final AtomicLong moved = new AtomicLong(-1);

    final AtomicInteger polls = new AtomicInteger();
    private final ScriptedBackend backend;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean closed;

    ScriptedTransfer(ScriptedBackend backend, TransferRequest request) {
        this.backend = backend;
        this.request = request;
    }

    void complete(Status status) {
        request.completion().complete(status);
    }

    void fail(Status status, int column, String message) {
        request.completion().fail(status, column, message, "-5 (EIO)", "try again");
    }

    /** The message of the post as text, or null. */
    String message() {
        if (!request.notification().isPresent()) {
            return null;
        }
        byte[] bytes = request.notification()
                .segment()
                .asSlice(0, request.notification().length())
                .toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The columns as {@code local>remote+length@caller}, addresses relative to these. */
    List<String> columns(long localBase, long remoteBase) {
        TransferColumns c = request.columns();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < c.count(); i++) {
            all.add((c.localAddress(i) - localBase) + ">" + (c.remoteAddress(i) - remoteBase) + "+" + c.length(i) + "@"
                    + c.callerIndex(i));
        }
        return all;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public Status post() {
        if (inside.incrementAndGet() > 1 || closed) {
            backend.defects.add("post overlaps or comes after close");
        }
        posts.incrementAndGet();
        try {
            return backend.onPost.apply(this);
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public boolean poll() {
        polls.incrementAndGet();
        backend.onPoll.accept(this);
        return false;
    }

    @Override
    public long bytesMoved() {
        return backend.onMoved.applyAsLong(this);
    }

    @Override
    public void cancel() {
        if (inside.get() > 0) {
            backend.defects.add("cancel before post has returned");
        }
        if (closed) {
            backend.defects.add("cancel after close");
        }
        cancels.incrementAndGet();
        backend.onCancel.accept(this);
    }

    @Override
    public CostEstimate estimateCost() {
        return backend.onEstimate.apply(this);
    }

    CostEstimate noEstimate() {
        return BackendTransfer.super.estimateCost();
    }

    @Override
    public void close() {
        if (closed) {
            backend.defects.add("transfer closed again");
        }
        if (inside.get() > 0) {
            backend.defects.add("transfer closed during post");
        }
        if (backend.isClosed()) {
            backend.defects.add("transfer closed after the backend");
        }
        closed = true;
        backend.openTransfers.decrementAndGet();
    }
}
