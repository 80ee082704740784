// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import java.util.ArrayList;
import java.util.List;

/** Those who loaded a backend as a peer and want to hear when it closes. Thread-safe. */
final class Watchers {
    private final List<MemoryPeer> peers = new ArrayList<>();
    private boolean closed;

    /** Adds one; false when it is too late. */
    synchronized boolean add(MemoryPeer peer) {
        if (!closed) {
            peers.add(peer);
        }
        return !closed;
    }

    synchronized void remove(MemoryPeer peer) {
        peers.remove(peer);
    }

    /** Takes no more and answers those there are, to be told without a lock. */
    synchronized List<MemoryPeer> close() {
        closed = true;
        List<MemoryPeer> all = List.copyOf(peers);
        peers.clear();
        return all;
    }
}
