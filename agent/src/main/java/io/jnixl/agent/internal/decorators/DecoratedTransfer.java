// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Status;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import org.jspecify.annotations.Nullable;

/**
 * A transfer with an interceptor around it: the backend's transfer on one side, its completion sink on the other.
 *
 * <p>One thread at a time has it in hand: the poster, then whoever tells the end. After {@link #tell} it is not touched any
 * more, since it may have been posted again.
 */
final class DecoratedTransfer implements BackendTransfer, CompletionSink {
    /** What is known of a post that failed. */
    private record Failure(
            int column,
            String message,
            @Nullable String nativeError,
            @Nullable String remedy) {}

    private final Interceptor interceptor;
    private final TransferColumns columns;
    private final CompletionSink sink;
    private final @Nullable DecoratedPeer peer;
    private final BackendTransfer inner;
    private volatile Status status = Status.NOT_POSTED;
    private volatile @Nullable Failure failure;

    /** Whether the backend has the present post, or had it: what it says of an earlier one is of no interest. */
    private volatile boolean handedOver;

    /** The interceptor's: when the post began, by {@link System#nanoTime()}. */
    volatile long started;

    /** The interceptor's: what is to become of this post. */
    volatile Fate fate = Fate.NONE;

    /** What was decided about a post before it was handed over. */
    enum Fate {
        NONE,
        SHORT,
        LATE
    }

    private DecoratedTransfer(Backend backend, Interceptor interceptor, TransferRequest request) {
        this.interceptor = interceptor;
        this.columns = request.columns();
        this.sink = request.completion();
        this.peer = request.peer() instanceof DecoratedPeer decorated ? decorated : null;
        this.inner = backend.prepare(decorated(request));
    }

    static BackendTransfer prepare(Backend backend, Interceptor interceptor, TransferRequest request) {
        return new DecoratedTransfer(backend, interceptor, request);
    }

    /** Nothing is posted, so that nobody calls the sink, before the constructor has ended. */
    private TransferRequest decorated(TransferRequest request) {
        return new TransferRequest(
                request.operation(),
                request.columns(),
                request.local(),
                request.remote(),
                DecoratedContext.inner(request.peer()),
                request.notification(),
                this,
                request.options());
    }

    @Nullable
    DecoratedPeer peer() {
        return peer;
    }

    TransferColumns columns() {
        return columns;
    }

    // ---- the agent's calls

    @Override
    public Status post() {
        handedOver = false;
        return interceptor.post(this);
    }

    /** Posts in earnest. */
    Status handOver() {
        handedOver = true;
        return inner.post();
    }

    @Override
    public boolean poll() {
        return inner.poll();
    }

    @Override
    public boolean drive(long nanos) {
        return inner.drive(nanos);
    }

    @Override
    public long bytesMoved() {
        return handedOver ? inner.bytesMoved() : 0;
    }

    @Override
    public void cancel() {
        inner.cancel();
    }

    @Override
    public CostEstimate estimateCost() {
        return inner.estimateCost();
    }

    @Override
    public void close() {
        inner.close();
    }

    // ---- the backend's calls

    @Override
    public void complete(Status end) {
        status = end;
        failure = null;
        interceptor.ended(this);
    }

    @Override
    public void fail(Status end, int column, String message, @Nullable String nativeError, @Nullable String remedy) {
        becomes(end, column, message, nativeError, remedy);
        interceptor.ended(this);
    }

    @Override
    public boolean fault(int column, long bytesDone, String message, @Nullable String nativeError) {
        return sink.fault(column, bytesDone, message, nativeError);
    }

    // ---- the interceptor's

    /** How the post has ended, as far as is known. */
    Status status() {
        return status;
    }

    /** Lets the post end otherwise than it did. */
    void becomes(Status end, int column, String message, @Nullable String nativeError, @Nullable String remedy) {
        status = end;
        failure = new Failure(column, message, nativeError, remedy);
    }

    /** Tells the agent how the post has ended. */
    void tell() {
        Failure known = failure;
        if (known == null) {
            sink.complete(status);
        } else {
            sink.fail(status, known.column(), known.message(), known.nativeError(), known.remedy());
        }
    }
}
