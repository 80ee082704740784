// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One etcd server, connected to when it is first used. Thread-safe. */
final class Server {
    /** The least that etcd allows is 5 seconds, the least that gRPC does is 10. */
    private static final long KEEP_ALIVE_SECONDS = 10;

    private static final long KEEP_ALIVE_PATIENCE_SECONDS = 5;

    private final String name;
    private final ManagedChannel channel;
    private final @Nullable Login login;
    private final long requestNanos;

    Server(Endpoint endpoint, Access access, int largestAnswer) {
        name = endpoint.authority();
        login = access.login();
        requestNanos = access.requestTimeout().toNanos();
        channel = Grpc.newChannelBuilder(endpoint.target(), access.credentials(endpoint))
                .maxInboundMessageSize(largestAnswer)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS) // so that a watch notices that its host is gone
                .keepAliveTimeout(KEEP_ALIVE_PATIENCE_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    String name() {
        return name;
    }

    /** For requests that end within this time and the one for a single request. */
    Channel forRequests(long nanos) {
        reconnect();
        Channel limited = within(channel, Math.min(nanos, requestNanos));
        return login == null ? limited : login.through(limited);
    }

    /** For a watch, which has no end. A server without leader knows of no events, and says so rather than stay silent. */
    Channel forWatch() {
        reconnect();
        if (login != null) {
            var _ = login.through(within(channel, requestNanos));
        }
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        Channel led = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        return login == null ? led : login.through(led);
    }

    /** gRPC waits ever longer between attempts to connect, up to two minutes; whoever asks now wants to know now. */
    private void reconnect() {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    private static Channel within(Channel channel, long nanos) {
        return ClientInterceptors.intercept(channel, new ClientInterceptor() {
            @Override
            public <A, B> ClientCall<A, B> interceptCall(
                    MethodDescriptor<A, B> method, CallOptions options, Channel next) {
                return next.newCall(method, options.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS));
            }
        });
    }

    void forgetToken() {
        if (login != null) {
            login.forget();
        }
    }

    void close() {
        channel.shutdownNow();
    }
}
