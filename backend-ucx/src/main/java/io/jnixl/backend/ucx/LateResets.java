// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps UCX from ending the process over the death of a peer: of one worker, sees to it that the answers to what a peer has asked for can be
 * sent, though it is gone.
 *
 * <p>Over TCP WRITEs and READs are messages, which UCX answers. Many of them may wait when the process stands still for some milliseconds, in
 * a collector's pause or without a processor. If their sender is killed meanwhile, the first answer brings back a reset, which closes the
 * connection at once; the next answer cannot be sent, and over that UCX (1.13 to 1.23, at least) aborts. So those resets are kept off
 * connections that peers have made: then answers go to nobody, UCX reads all there is, and finds the end that the peer's kernel has
 * sent behind it. Where that end is missing, answers are sent again in vain: then resets are let in.
 *
 * <p>Connections that this side has made are left alone while it is busy itself: who waits for a peer there is to hear at once that it is gone.
 * One that a peer has made may be used so, too; that is not to be seen.
 */
final class LateResets {
    /**
     * What is known of a connection.
     *
     * @param own whether this side has made it
     * @param guarded whether resets are kept off
     */
    private record Known(boolean own, boolean guarded) {
        boolean isToChange(TcpSocket socket, boolean busy) {
            return socket.isConnected() && guarded != isToBeGuarded(socket, busy);
        }

        boolean isToBeGuarded(TcpSocket socket, boolean busy) {
            return !socket.isSilent() && !(own && busy);
        }
    }

    private final int epoll;
    private Map<String, Known> connections = new HashMap<>();

    /** Of a worker with this event descriptor. */
    LateResets(int epoll) {
        this.epoll = epoll;
    }

    /**
     * Whether {@link #adapt} has something to do with these, which there are now.
     *
     * @param busy whether anything is under way that this side has begun
     */
    synchronized boolean isDue(List<TcpSocket> all, boolean busy) {
        return all.stream().anyMatch(socket -> {
            Known known = connections.get(socket.inode());
            return known == null ? socket.isConnected() : known.isToChange(socket, busy);
        });
    }

    /** For the worker's owner, so that UCX closes none meanwhile. */
    synchronized void adapt(boolean busy) throws IOException {
        List<TcpSocket> all = TcpSocket.below(epoll);
        if (!isDue(all, busy)) {
            return;
        }
        boolean allKnown = all.stream().allMatch(socket -> connections.containsKey(socket.inode()));
        Set<Integer> listening = allKnown ? Set.of() : SocketCalls.listeningPorts();
        Map<String, Known> now = new HashMap<>();
        for (TcpSocket socket : all) {
            Known known = connections.get(socket.inode());
            if (known == null) {
                known = new Known(!listening.contains(SocketCalls.localPort(socket.descriptor())), false);
            }
            now.put(socket.inode(), known.isToChange(socket, busy) ? changed(socket, known) : known);
        }
        connections = now;
    }

    /** At the worker's end, for its owner: lets them in everywhere, since nobody would do so later. */
    static void letIn(int epoll) {
        TcpSocket.seenBelow(epoll).forEach(socket -> SocketCalls.letBareResetsIn(socket.descriptor()));
    }

    private static Known changed(TcpSocket socket, Known known) {
        if (known.guarded) {
            SocketCalls.letBareResetsIn(socket.descriptor());
        } else {
            SocketCalls.keepBareResetsOff(socket.descriptor());
        }
        return new Known(known.own, !known.guarded);
    }
}
