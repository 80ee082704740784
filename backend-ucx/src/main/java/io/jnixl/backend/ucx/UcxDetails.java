// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.BackendDetails;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;

/** Collects what the backend tells of itself. Takes each worker for a moment, and one after the other. */
final class UcxDetails {
    private final Map<String, Long> counters = new TreeMap<>();
    private final Map<String, SequencedSet<String>> lanes = new TreeMap<>();

    private UcxDetails() {}

    static BackendDetails of(UcxWorkers workers, Collection<UcxPeer> peers, UcpVersion version) {
        UcxDetails details = new UcxDetails();
        workers.all().forEach(worker -> details.look(worker, peers));
        details.counters.put("workers", (long) workers.shared());
        details.counters.put("pool_workers", (long) workers.pooled());
        details.counters.put("peers", (long) peers.size());
        details.counters.put("remains_looks_total", Remains.IN_THIS_PROCESS.looks());
        Map<String, List<String>> texts = new TreeMap<>();
        details.lanes.forEach((peer, some) -> texts.put(peer, new ArrayList<>(some)));
        return new BackendDetails(details.counters, Map.of("libucp", version.toString()), texts);
    }

    private void look(UcxWorker worker, Collection<UcxPeer> peers) {
        worker.own();
        try {
            worker.counters().addTo(counters);
            worker.receiver().addTo(counters);
            counters.merge("endpoints_kept", (long) worker.keptEndpoints().size(), Long::sum);
            counters.merge("endpoints_live", 0L, Long::sum);
            for (UcxPeer peer : peers) {
                look(peer, peer.lane(worker.index()));
            }
        } finally {
            worker.disownQuietly();
        }
    }

    /** Workers mostly take the same way: each is told once. */
    private void look(UcxPeer peer, UcxLane lane) {
        boolean live = lane.isUsable();
        counters.merge("endpoints_live", live ? 1L : 0L, Long::sum);
        if (live) {
            lanes.computeIfAbsent(peer.name(), _ -> new LinkedHashSet<>()).addAll(TransportText.of(lane.endpoint()));
        }
    }
}
