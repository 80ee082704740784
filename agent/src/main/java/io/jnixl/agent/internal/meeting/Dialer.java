// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/** Opens sockets. Blocks, name resolution included; an interrupt ends the rest. */
final class Dialer {
    private final Duration timeout;

    /**
     * Dials.
     *
     * @param timeout of each address that a name stands for
     */
    Dialer(Duration timeout) {
        this.timeout = timeout;
    }

    /** A socket to the first address that answers. */
    Socket dial(Endpoint endpoint) throws InterruptedException {
        StringBuilder reasons = new StringBuilder();
        for (InetAddress address : resolve(endpoint)) {
            try {
                return dial(new InetSocketAddress(address, endpoint.port()));
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw (InterruptedException) new InterruptedException("while connecting").initCause(e);
                }
                reasons.append(reasons.isEmpty() ? "" : "; ")
                        .append(address.getHostAddress())
                        .append(": ")
                        .append(e.getMessage());
            }
        }
        throw Ending.broken("nobody answers at " + endpoint + ": " + reasons).exception();
    }

    private Socket dial(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            prepare(socket);
            socket.connect(address, (int) timeout.toMillis());
            return socket;
        } catch (IOException | RuntimeException e) {
            Connection.closeQuietly(socket);
            throw e;
        }
    }

    /** For both sides: frames leave at once, and a host that is gone is noticed some day. */
    static void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
    }

    private static InetAddress[] resolve(Endpoint endpoint) {
        try {
            return InetAddress.getAllByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw unknown(endpoint, e);
        }
    }

    private static NixlException unknown(Endpoint endpoint, UnknownHostException why) {
        return NixlException.of(
                        ErrorCode.REMOTE_DISCONNECT, "host " + endpoint.host() + " has no address: " + why.getMessage())
                .remedy("see how the name is written, and the name service")
                .cause(why)
                .build();
    }
}
