// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Reload;
import io.jnixl.agent.internal.config.Shown;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.wire.WireMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The peers that are known now, and oneself. Loads and ends of peers come one after the other; looking up takes no lock. */
final class Peers {
    private final String agentName;
    private final Reload reload;
    private final Events events;
    private final OwnThread changes;
    private final Map<String, LivePeer> known = new ConcurrentHashMap<>();
    private List<BackendSlot> slots = List.of();
    private @Nullable LivePeer self;

    /** Guarded by this. */
    private long lastEpoch;

    /** Guarded by this. */
    private boolean closed;

    Peers(String agentName, Reload reload) {
        this.agentName = agentName;
        this.reload = reload;
        this.events = new Events(agentName);
        this.changes = new OwnThread("jnixl-peers-" + agentName);
    }

    Events events() {
        return events;
    }

    /** Makes the agent its own peer, with every backend that does transfers within an agent. */
    void start(List<BackendSlot> running, RegionSpace ownSpace) {
        slots = running;
        Map<BackendSlot, LivePeer.Link> links = new LinkedHashMap<>();
        for (BackendSlot slot : running) {
            if (slot.capabilities.local()) {
                byte[] info = slot.connectionInfo;
                links.put(slot, new LivePeer.Link(slot.self, info == null ? new byte[0] : info));
            }
        }
        self = new LivePeer(this, agentName, 0, true, ownSpace, links);
    }

    LivePeer self() {
        return Objects.requireNonNull(self, "the agent is not started");
    }

    Optional<LivePeer> find(String name) {
        return Optional.ofNullable(name.equals(agentName) ? self() : known.get(name));
    }

    List<LivePeer> others() {
        return known.values().stream()
                .sorted(Comparator.comparing(LivePeer::name))
                .toList();
    }

    /** One's own view of the peer, which an application could have from another agent. */
    LivePeer own(Peer peer) {
        if (peer instanceof LivePeer live && live.isOf(this)) {
            return live;
        }
        throw NixlException.of(ErrorCode.INVALID_PARAM, "peer " + peer.name() + " was loaded by another agent")
                .peer(peer.name())
                .remedy("ask this agent: Agent.peer(\"" + peer.name() + "\")")
                .build();
    }

    LivePeer load(byte[] bytes) {
        return load(bytes, null);
    }

    /** Loads the metadata if it is this agent's, or any agent's for null. */
    synchronized LivePeer load(byte[] bytes, @Nullable String expected) {
        if (closed) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + agentName + " is closed");
        }
        WireMetadata metadata = decode(bytes);
        if (expected != null && !metadata.agent().equals(expected)) {
            throw NixlException.of(
                            ErrorCode.MISMATCH,
                            "the metadata is of agent " + Shown.text(metadata.agent()) + ", not of " + expected)
                    .peer(expected)
                    .remedy("see who runs at that address, or published under that name")
                    .build();
        }
        if (metadata.agent().equals(agentName)) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "the metadata is this agent's own")
                    .peer(agentName)
                    .remedy("use Agent.self() for transfers within the agent")
                    .build();
        }
        LivePeer before = known.get(metadata.agent());
        PeerLoader loader = new PeerLoader(slots, reload, metadata, before);
        loader.stage();
        LivePeer now = loader.commit(this, lastEpoch + 1);
        if (now == before) {
            return now;
        }
        lastEpoch++;
        if (before == null) {
            now.announce(new PeerEvent.Loaded(now), () -> known.put(now.name(), now));
        } else {
            now.announce(new PeerEvent.Restarted(now, before.epoch()), () -> known.put(now.name(), now));
            before.retire("replaced by epoch " + now.epoch(), Status.REMOTE_DISCONNECT);
        }
        return now;
    }

    /** Whatever a malformed part is called there, to the application the bytes are malformed. */
    private static WireMetadata decode(byte[] bytes) {
        try {
            return WireMetadata.decode(bytes);
        } catch (NixlException e) {
            throw e.code() == ErrorCode.MISMATCH
                    ? e
                    : NixlException.of(ErrorCode.MISMATCH, "malformed metadata: " + e.getMessage())
                            .cause(e)
                            .build();
        }
    }

    synchronized void invalidate(String name) {
        if (name.equals(agentName)) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "an agent cannot forget itself");
        }
        LivePeer peer = known.get(name);
        if (peer == null) {
            throw new NixlException(ErrorCode.NOT_FOUND, "peer " + name + " is not known; known are " + others());
        }
        forget(peer, "invalidated");
    }

    /** Forgets this incarnation, since its side asked for it; false when it is not the one that is known. */
    synchronized boolean forget(LivePeer peer, String why) {
        if (!known.remove(peer.name(), peer)) {
            return false;
        }
        peer.retire(why, Status.NOT_FOUND);
        events.publish(new PeerEvent.Invalidated(peer));
        return true;
    }

    /**
     * A backend lost a peer; on a thread of the agent's own, since the backend may hold locks, and not on that of the
     * listeners, who may take their time.
     */
    void lost(BackendPeer backendPeer, Throwable why) {
        changes.execute(() -> lostNow(backendPeer, why));
    }

    /** On the agent's own thread for what happens to peers. */
    void later(Runnable change) {
        changes.execute(change);
    }

    private synchronized void lostNow(BackendPeer backendPeer, Throwable why) {
        LivePeer peer = find(backendPeer);
        if (peer != null && known.remove(peer.name(), peer)) {
            peer.retireLost(why);
            events.publish(new PeerEvent.Lost(peer, why));
        }
    }

    /** A backend says that it has answered. */
    void connected(BackendPeer backendPeer) {
        LivePeer peer = find(backendPeer);
        if (peer != null) {
            peer.answered();
        }
    }

    /** A backend doubts that it is there. */
    void suspect(BackendPeer backendPeer, Throwable why) {
        LivePeer peer = find(backendPeer);
        if (peer != null) {
            peer.doubt(why);
        }
    }

    /** The very incarnation that a backend speaks of, if it is still the one of now. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable LivePeer find(BackendPeer backendPeer) {
        for (LivePeer peer : known.values()) {
            if (peer.links().values().stream().anyMatch(link -> link.peer() == backendPeer)) {
                return peer;
            }
        }
        return null;
    }

    /** Waits until this time, at most, for calls to peers that are under way. */
    synchronized void close(long deadlineNanoTime) {
        closed = true;
        List<LivePeer> all = new ArrayList<>(known.values());
        all.add(self());
        known.clear();
        all.forEach(peer -> peer.retire("the agent was closed", Status.CANCELED));
        all.forEach(peer -> peer.awaitDisconnected(deadlineNanoTime));
        changes.close();
        events.close();
    }
}
