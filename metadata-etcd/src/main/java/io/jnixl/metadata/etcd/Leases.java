// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Leases: keys that hang on one vanish when nobody keeps it alive. Thread-safe. */
final class Leases {
    private final Servers servers;

    Leases(Servers servers) {
        this.servers = servers;
    }

    /** A new lease; etcd counts in seconds. */
    long grant(Duration ttl, Deadline deadline) {
        LeaseGrantRequest request = LeaseGrantRequest.newBuilder()
                .setTTL(Math.max(1, ttl.plusMillis(999).toSeconds()))
                .build();
        return servers.call(
                        "getting a lease",
                        deadline,
                        channel -> LeaseGrpc.newBlockingStub(channel).leaseGrant(request))
                .getID();
    }

    /** Keeps it alive for another while; false when it is over already. */
    boolean renew(long lease, Deadline deadline) {
        return servers.call("keeping a lease alive", deadline, channel -> renew(channel, lease)) > 0;
    }

    private static long renew(Channel channel, long lease) {
        Answer answer = new Answer();
        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(channel).leaseKeepAlive(answer);
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
        requests.onCompleted();
        try {
            return answer.ttl.get(); // ends in time, since the channel's calls do
        } catch (InterruptedException e) {
            throw Deadline.interrupted();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException();
        }
    }

    void revoke(long lease, Deadline deadline) {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease).build();
        servers.call(
                "giving back a lease",
                deadline,
                channel -> LeaseGrpc.newBlockingStub(channel).leaseRevoke(request));
    }

    /** The first response of a stream. */
    private static final class Answer implements StreamObserver<LeaseKeepAliveResponse> {
        final CompletableFuture<Long> ttl = new CompletableFuture<>();

        @Override
        public void onNext(LeaseKeepAliveResponse response) {
            ttl.complete(response.getTTL());
        }

        @Override
        public void onError(Throwable error) {
            ttl.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            ttl.completeExceptionally(Status.UNAVAILABLE
                    .withDescription("the server ended the stream")
                    .asRuntimeException());
        }
    }
}
