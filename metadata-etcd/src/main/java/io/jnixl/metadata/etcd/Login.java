// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import org.jspecify.annotations.Nullable;

/** Trades user and password for a token, which goes along with every request until etcd refuses it. Thread-safe. */
final class Login {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final String user;
    private final String password;
    private volatile @Nullable String token;

    Login(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /** A channel whose requests carry the token; asks for one when there is none. */
    Channel through(Channel channel) {
        String known = token;
        if (known == null) {
            AuthenticateRequest request = AuthenticateRequest.newBuilder()
                    .setName(user)
                    .setPassword(password)
                    .build();
            known = AuthGrpc.newBlockingStub(channel).authenticate(request).getToken();
            token = known;
        }
        Metadata headers = new Metadata();
        headers.put(TOKEN, known);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    void forget() {
        token = null;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user;
    }
}
