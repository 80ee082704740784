// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchCreateRequest.FilterType;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Watches exactly one key until its first event. */
final class KeyWatch implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
    private final CompletableFuture<Boolean> event = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<WatchRequest> requests;

    private KeyWatch() {}

    static KeyWatch start(Channel channel, ByteString key, long from, FilterType without) {
        KeyWatch watch = new KeyWatch();
        WatchCreateRequest create = WatchCreateRequest.newBuilder()
                .setKey(key)
                .setStartRevision(from)
                .addFilters(without)
                .build();
        WatchGrpc.newStub(channel)
                .watch(watch)
                .onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
        return watch;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
        requests = stream;
    }

    @Override
    public void onNext(WatchResponse response) {
        if (response.getCanceled()) {
            String why = response.getCompactRevision() != 0 ? "the revision is compacted" : response.getCancelReason();
            event.completeExceptionally(Status.OUT_OF_RANGE.withDescription(why).asRuntimeException());
        } else if (response.getEventsCount() > 0) {
            event.complete(true);
        }
    }

    @Override
    public void onError(Throwable error) {
        event.completeExceptionally(Status.fromThrowable(error).asRuntimeException());
    }

    @Override
    public void onCompleted() {
        event.completeExceptionally(
                Status.UNAVAILABLE.withDescription("the server ended the watch").asRuntimeException());
    }

    /** Whether there was an event; false at the deadline. */
    boolean await(Deadline deadline) {
        try {
            return event.get(deadline.left(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw Deadline.interrupted();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException();
        }
    }

    @Override
    public void close() {
        if (requests != null) {
            requests.cancel("no longer watched", null);
        }
    }
}
