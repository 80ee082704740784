// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The connections of an agent's workers at whose other ends nobody answered when this was made: at the backend's end, when nobody else
 * owns the workers.
 */
final class SilentConnections {
    private final Map<UcxWorker, List<TcpSocket>> all = new HashMap<>();

    /** As they are now. */
    SilentConnections(Stream<UcxWorker> workers) {
        workers.forEach(worker -> all.put(worker, silent(worker)));
    }

    private static List<TcpSocket> silent(UcxWorker worker) {
        return TcpSocket.seenBelow(worker.eventFd()).stream()
                .filter(TcpSocket::isSilent)
                .toList();
    }

    /**
     * Shuts down under UCX those that have been silent ever since, so that it finds them broken and lets go of what they hold up.
     */
    void cut() {
        all.forEach((worker, silent) -> TcpSocket.shutDownStillSilent(worker.eventFd(), silent));
    }
}
