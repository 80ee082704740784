// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The connections of an agent's workers at whose other ends nobody answered when this was made: at the backend's end, when nobody else
 * owns the workers.
 */
final class SilentConnections {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    private final Map<UcxWorker, List<TcpSocket>> all = new HashMap<>();

    /** As they are now. */
    SilentConnections(Stream<UcxWorker> workers) {
        workers.forEach(worker -> all.put(worker, seen(worker)));
    }

    private static List<TcpSocket> seen(UcxWorker worker) {
        try {
            return TcpSocket.below(worker.eventFd()).stream()
                    .filter(TcpSocket::isSilent)
                    .toList();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the sockets of UCX cannot be seen", e);
            return List.of();
        }
    }

    /**
     * Shuts down under UCX those that have been silent ever since, so that it finds them broken and lets go of what they hold up.
     */
    void cut() {
        for (Map.Entry<UcxWorker, List<TcpSocket>> each : all.entrySet()) {
            try {
                TcpSocket.shutDownStillSilent(each.getKey().eventFd(), each.getValue());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the sockets of UCX cannot be seen", e);
            }
        }
    }
}
