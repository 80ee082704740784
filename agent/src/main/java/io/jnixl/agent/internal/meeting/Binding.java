// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Binds listening sockets, and says what is wrong where that fails. */
final class Binding {
    /** Native NIXL's. */
    private static final int BACKLOG = 128;

    private Binding() {}

    static ServerSocket bind(String host, int port) {
        if (host.isBlank() || port < 0 || port > 65535) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "cannot listen at host \"" + host + "\", port " + port)
                    .remedy("give an address of this machine and a port from 0 to 65535; 0 lets the system choose")
                    .build();
        }
        InetSocketAddress address = new InetSocketAddress(resolve(host), port);
        try {
            return bind(address);
        } catch (IOException e) {
            throw failed(address, e);
        }
    }

    private static ServerSocket bind(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true); // else the port of a former run may be taken for a minute
            socket.bind(address, BACKLOG);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "cannot listen at host " + host + ": it has no address")
                    .remedy("give an address of this machine, or 0.0.0.0 for all")
                    .cause(e)
                    .build();
        }
    }

    private static NixlException failed(InetSocketAddress address, IOException why) {
        String what = "cannot listen at " + address + ": " + why.getMessage();
        return isOurs(address.getAddress())
                ? NixlException.of(ErrorCode.BACKEND, what)
                        .remedy("see who has the port, or take port 0 for one that is free")
                        .cause(why)
                        .build()
                : NixlException.of(ErrorCode.INVALID_PARAM, what)
                        .remedy("give an address of this machine, or 0.0.0.0 for all")
                        .cause(why)
                        .build();
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // nobody knows
        }
    }
}
