// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to get at etcd.
 *
 * @param endpoints at least one
 * @param login user and password, if etcd wants them
 * @param requestTimeout how long to wait for one server before another is asked
 * @param ca certificates to trust, for TLS; the JDK's unless given
 * @param certificate this side's, for TLS, with its key
 * @param key of the certificate
 */
record Access(
        List<Endpoint> endpoints,
        @Nullable Login login,
        Duration requestTimeout,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key) {

    ChannelCredentials credentials(Endpoint endpoint) {
        if (!endpoint.tls()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        try {
            if (ca != null) {
                tls.trustManager(ca.toFile());
            }
            if (certificate != null && key != null) {
                tls.keyManager(certificate.toFile(), key.toFile());
            }
        } catch (IOException e) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "a file for TLS to etcd cannot be read: " + e)
                    .remedy("see ca, cert and key in [exchanges.etcd]")
                    .cause(e)
                    .build();
        }
        return tls.build();
    }
}
