// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where an etcd server listens.
 *
 * @param tls whether it speaks TLS
 * @param authority host and port
 */
record Endpoint(boolean tls, String authority) {

    /** Reads {@code http://host:port}, {@code https://host:port} or {@code host:port}. */
    static Endpoint parse(String text, String origin) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean known = scheme.equals("http") || scheme.equals("https");
            boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
            if (known && bare && uri.getHost() != null && isPort(uri.getPort()) && uri.getUserInfo() == null) {
                return new Endpoint(scheme.equals("https"), uri.getHost() + ":" + uri.getPort());
            }
        } catch (URISyntaxException e) {
            throw malformed(text, origin, e);
        }
        throw malformed(text, origin, null);
    }

    /** As gRPC wants it: a URI, in whose path the brackets of an IPv6 address cannot stand. */
    String target() {
        return "dns:///" + authority.replace("[", "%5B").replace("]", "%5D");
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= 65535;
    }

    private static NixlException malformed(String text, String origin, @Nullable Throwable cause) {
        NixlException.Builder error = NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        "\"" + Failures.shown(text) + "\" is no endpoint of etcd (" + origin + ")")
                .remedy("write http://HOST:PORT, or https://HOST:PORT for TLS, as in http://10.0.0.1:2379");
        return (cause == null ? error : error.cause(cause)).build();
    }
}
