// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Reload;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One load of a peer's metadata, in two halves: {@link #stage} asks the backends for everything that is new; {@link #commit}
 * cannot fail. {@link #undo} undoes what was not committed. So bytes that cannot be taken whole change nothing.
 */
final class PeerLoader {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final List<BackendSlot> slots;
    private final Reload reload;
    private final WireMetadata metadata;

    /** The incarnation known before; null when there is none. */
    private @Nullable LivePeer known;

    private boolean restarted;
    private final Map<BackendSlot, LivePeer.Link> links = new LinkedHashMap<>();

    /** Backends that both have and that refused the peer's connection information. */
    private final Map<BackendSlot, NixlException> unreachable = new LinkedHashMap<>();

    private final Map<BackendSlot, List<Region>> added = new LinkedHashMap<>();
    private final Map<BackendSlot, Set<Region>> replaced = new HashMap<>();
    private final Map<BackendSlot, Set<MemoryRegion>> staged = new HashMap<>();
    private final Deque<AutoCloseable> undo = new ArrayDeque<>();

    PeerLoader(List<BackendSlot> slots, Reload reload, WireMetadata metadata) {
        this.slots = slots;
        this.reload = reload;
        this.metadata = metadata;
    }

    /** Of the agent whose metadata it is. */
    String name() {
        return metadata.agent();
    }

    /** Whether the bytes describe another incarnation than the one known. */
    boolean isRestart() {
        return restarted;
    }

    void stage(@Nullable LivePeer before) {
        known = before;
        try {
            checkConnections();
            stageLinks();
            metadata.sections().reversed().forEach(this::stageSection);
        } catch (NixlException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NixlException.of(ErrorCode.BACKEND, "a backend threw " + e + ", which is a defect of the backend")
                    .peer(metadata.agent())
                    .cause(e)
                    .build();
        }
    }

    // ---- connections

    private void checkConnections() {
        boolean common = false;
        for (WireMetadata.Connection connection : metadata.connections()) {
            BackendSlot slot = slot(connection.backend());
            common |= slot != null;
            LivePeer.Link link =
                    known == null || slot == null ? null : known.links().get(slot);
            if (link != null && !Arrays.equals(link.connectionInfo(), connection.info())) {
                refuseOrReplace(connection.backend());
            }
        }
        if (!metadata.connections().isEmpty() && !common) {
            throw NixlException.of(
                            ErrorCode.BACKEND,
                            "no common backend: the peer has "
                                    + metadata.connections().stream()
                                            .map(WireMetadata.Connection::backend)
                                            .toList()
                                    + ", this agent reaches others with "
                                    + slots.stream()
                                            .filter(s -> s.capabilities.remote())
                                            .toList())
                    .peer(metadata.agent())
                    .remedy("add a backend that both have")
                    .build();
        }
    }

    private void refuseOrReplace(String backend) {
        if (reload == Reload.REJECT) {
            throw NixlException.of(
                            ErrorCode.NOT_ALLOWED,
                            "the peer's connection information differs from what is known of epoch "
                                    + Objects.requireNonNull(known).epoch())
                    .backend(backend)
                    .peer(metadata.agent())
                    .remedy("invalidate the peer first, or set agent.reload = \"replace\"")
                    .build();
        }
        restarted = true;
    }

    private void stageLinks() {
        for (WireMetadata.Connection connection : metadata.connections()) {
            BackendSlot slot = slot(connection.backend());
            boolean isNew = slot != null
                    && !links.containsKey(slot)
                    && (known == null || restarted || !known.reachableWith(slot));
            if (slot != null && isNew) {
                stageLink(slot, connection.info());
            }
        }
        requireAWay();
    }

    /** A backend that cannot reach this peer, such as one that stays in a process, is no obstacle to those that can. */
    private void stageLink(BackendSlot slot, byte[] info) {
        try {
            BackendPeer peer = slot.backend.loadPeer(metadata.agent(), info);
            undo.push(peer);
            links.put(slot, new LivePeer.Link(peer, info));
        } catch (NixlException e) {
            unreachable.put(slot, e);
        }
    }

    private void requireAWay() {
        boolean knownWay = known != null && !restarted && !known.links().isEmpty();
        if (unreachable.isEmpty() || knownWay || !links.isEmpty()) {
            unreachable.forEach((slot, e) -> LOG.log(
                    System.Logger.Level.DEBUG, "{0} does not reach {1}: {2}", slot, metadata.agent(), e.getMessage()));
            return;
        }
        Iterator<NixlException> all = unreachable.values().iterator();
        NixlException first = all.next();
        all.forEachRemaining(first::addSuppressed);
        throw first;
    }

    private @Nullable BackendSlot slot(String name) {
        return slots.stream()
                .filter(s -> s.name.equals(name) && s.capabilities.remote())
                .findFirst()
                .orElse(null);
    }

    // ---- regions

    private void stageSection(WireMetadata.Section section) {
        BackendSlot slot = slot(section.backend());
        if (slot == null) {
            return; // a backend that this agent lacks
        }
        if (isUnreachable(slot)) {
            return; // nothing of the peer's can be reached with it
        }
        BackendPeer peer = backendPeer(slot);
        WireDescriptors list = section.descriptors();
        Set<MemoryRegion> seen = staged.computeIfAbsent(slot, s -> new HashSet<>());
        for (int i = list.size() - 1; i >= 0; i--) {
            MemoryRegion range = range(list, i);
            if (seen.add(
                    range)) { // of a range that is named twice the last counts, so that the same bytes always say the
                // same
                stageRegion(slot, peer, range, list.blob(i), i);
            }
        }
    }

    private boolean isUnreachable(BackendSlot slot) {
        boolean wasBefore = known != null && !restarted && known.unreachable().contains(slot);
        return unreachable.containsKey(slot) || (wasBefore && !links.containsKey(slot));
    }

    private MemoryRegion range(WireDescriptors list, int i) {
        try {
            return new MemoryRegion(list.kind(), list.address(i), list.length(i), list.device(i), null, new byte[0]);
        } catch (NixlException e) {
            throw NixlException.of(ErrorCode.MISMATCH, "malformed metadata: " + e.getMessage())
                    .peer(metadata.agent())
                    .descriptor(i)
                    .cause(e)
                    .build();
        }
    }

    private BackendPeer backendPeer(BackendSlot slot) {
        LivePeer.Link link = links.get(slot);
        if (link == null && known != null && !restarted) {
            link = known.links().get(slot);
        }
        if (link == null || link.peer() == null) {
            throw NixlException.of(ErrorCode.NOT_FOUND, "regions of a peer whose connection information never came")
                    .backend(slot.name)
                    .peer(metadata.agent())
                    .remedy("load the peer's full metadata, or a part with connection information")
                    .build();
        }
        return link.peer();
    }

    private void stageRegion(BackendSlot slot, BackendPeer peer, MemoryRegion range, byte[] data, int i) {
        Region former = known == null || restarted
                ? null
                : known.space.section(slot, range.kind()).exact(range.device(), range.address(), range.length());
        if (former != null && Arrays.equals(former.publicData, data)) {
            return;
        }
        if (former != null) {
            replace(slot, former, i);
        }
        RegionHandle handle = peer.load(range, data);
        undo.push(handle);
        added.computeIfAbsent(slot, s -> new ArrayList<>()).add(Region.remote(range, handle, data));
    }

    private void replace(BackendSlot slot, Region former, int i) {
        if (reload == Reload.REJECT) {
            throw NixlException.of(ErrorCode.NOT_ALLOWED, "the region " + former + " is known with another key")
                    .backend(slot.name)
                    .peer(metadata.agent())
                    .descriptor(i)
                    .remedy("invalidate the peer first, or set agent.reload = \"replace\"")
                    .build();
        }
        replaced.computeIfAbsent(slot, s -> new HashSet<>()).add(former);
    }

    // ---- the end

    /** Applies what was staged to the known incarnation, or makes a new one with this epoch. */
    LivePeer commit(Peers home, long epoch) {
        undo.clear();
        LivePeer peer = known == null || restarted
                ? new LivePeer(home, metadata.agent(), epoch, false, new RegionSpace(), links)
                : known;
        if (peer == known) {
            peer.addLinks(links);
        }
        peer.addUnreachable(unreachable.keySet());
        replaced.values().forEach(regions -> {
            regions.forEach(Region::markGone);
            peer.addReplaced(regions);
        });
        added.forEach((slot, regions) -> peer.space.change(slot, regions, replaced.getOrDefault(slot, Set.of())));
        return peer;
    }

    /** Disconnects, and so may take its time; after a commit there is nothing to undo. */
    void undo() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "undoing a load of " + metadata.agent() + " failed", e);
            }
        }
    }
}
