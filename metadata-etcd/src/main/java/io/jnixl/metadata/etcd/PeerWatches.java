// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.jnixl.spi.ExchangeContext;
import java.util.HashMap;
import java.util.Map;

/**
 * One watch for each peer that was fetched, of the publication that was answered last. Thread-safe.
 *
 * <p>The agent hears of an end under the lock, so that it never hears of the end of a publication after a fetch has answered
 * with the next one.
 */
final class PeerWatches {
    private final Servers servers;
    private final Store store;
    private final Keys keys;
    private final ExchangeContext context;

    /** Guarded by this. */
    private final Map<String, PeerWatch> watches = new HashMap<>();

    /** Guarded by this. */
    private boolean closed;

    PeerWatches(Servers servers, Store store, Keys keys, ExchangeContext context) {
        this.servers = servers;
        this.store = store;
        this.keys = keys;
        this.context = context;
    }

    /** Watches what was seen of an agent; false when a later publication is watched already. */
    synchronized boolean watch(String agent, Snapshot seen) {
        PeerWatch before = watches.get(agent);
        if (closed || (before != null && before.seen().publication() == seen.publication())) {
            return true;
        }
        if (before != null && before.seen().revision() > seen.revision()) {
            return false;
        }
        PeerWatch now = new PeerWatch(agent, seen, servers, store, keys, this::gone);
        watches.put(agent, now);
        now.start();
        if (before != null) {
            before.close();
        }
        return true;
    }

    private synchronized void gone(PeerWatch watch) {
        if (!closed && watches.remove(watch.agent(), watch)) {
            context.withdrawn(watch.agent());
        }
    }

    synchronized void close() {
        closed = true;
        watches.values().forEach(PeerWatch::close);
        watches.clear();
    }
}
