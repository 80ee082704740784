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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are known now, and oneself. Loads and ends of peers come one after the other; looking up takes no lock.
 *
 * <p>Under the lock it changes who is known, and settles in which order that is told. Ending transfers and disconnecting come
 * after it: callbacks may want a lock whose holder calls in here, and a peer that does not answer must hold up no other. The
 * application's own calls return when that is done too.
 */
final class Peers {
    private final String agentName;
    private final Reload reload;
    private final Events events;
    private final OwnThread changes;

    /** Disconnects those that the application does not wait for, so that the next change need not wait either. */
    private final OwnThread farewells;

    private final Map<String, LivePeer> known = new ConcurrentHashMap<>();
    private List<BackendSlot> slots = List.of();
    private @Nullable LivePeer self;

    /** Stale, and not disconnected yet: backends must be there until they are. */
    private final Set<LivePeer> leaving = ConcurrentHashMap.newKeySet();

    /** Loads that may still have something to undo. Guarded by this. */
    private final Set<PeerLoader> loading = new HashSet<>();

    /** Guarded by this. */
    private long lastEpoch;

    /** Guarded by this. */
    private boolean closed;

    Peers(String agentName, Reload reload) {
        this.agentName = agentName;
        this.reload = reload;
        this.events = new Events(agentName);
        this.changes = new OwnThread("jnixl-peers-" + agentName);
        this.farewells = new OwnThread("jnixl-farewells-" + agentName);
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
    LivePeer load(byte[] bytes, @Nullable String expected) {
        WireMetadata metadata = decode(bytes);
        check(metadata, expected);
        PeerLoader loader = new PeerLoader(slots, reload, metadata);
        Loaded loaded;
        try {
            loaded = take(loader);
        } finally {
            loader.undo();
            isDone(loader);
        }
        if (loaded.former() != null) {
            loaded.former().tellAndDisconnect();
        }
        return loaded.now();
    }

    private void check(WireMetadata metadata, @Nullable String expected) {
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
    }

    /**
     * What a load has come to.
     *
     * @param former what was replaced, if anything was
     */
    private record Loaded(LivePeer now, @Nullable Farewell former) {}

    private synchronized Loaded take(PeerLoader loader) {
        if (closed) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + agentName + " is closed");
        }
        loading.add(loader);
        LivePeer before = known.get(loader.name());
        loader.stage(before);
        LivePeer now = loader.commit(this, lastEpoch + 1);
        if (now == before) {
            return new Loaded(now, null);
        }
        lastEpoch++;
        if (before == null) {
            now.announce(new PeerEvent.Loaded(now), () -> known.put(now.name(), now));
            return new Loaded(now, null);
        }
        now.announce(new PeerEvent.Restarted(now, before.epoch()), () -> replace(before, now));
        return new Loaded(now, Farewell.untold(before));
    }

    private void replace(LivePeer before, LivePeer now) {
        known.put(now.name(), now);
        leave(before, "replaced by epoch " + now.epoch(), Peer.State.STALE, Status.REMOTE_DISCONNECT);
    }

    private synchronized void isDone(PeerLoader loader) {
        loading.remove(loader);
        notifyAll();
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

    void invalidate(String name) {
        if (name.equals(agentName)) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "an agent cannot forget itself");
        }
        for (LivePeer peer; (peer = known.get(name)) != null; ) {
            if (forget(peer, "invalidated")) { // else it was replaced this moment
                return;
            }
        }
        throw new NixlException(ErrorCode.NOT_FOUND, "peer " + name + " is not known; known are " + others());
    }

    /** Forgets this incarnation, since its side asked for it; false when it is not the one that is known. */
    boolean forget(LivePeer peer, String why) {
        Farewell farewell = takeOut(peer, why);
        if (farewell != null) {
            farewell.tellAndDisconnect();
        }
        return farewell != null;
    }

    /** The same on the agent's own thread for what happens to peers. */
    void forgetLater(LivePeer peer, String why) {
        changes.execute(() -> sendOff(takeOut(peer, why)));
    }

    private @Nullable Farewell takeOut(LivePeer peer, String why) {
        return takeOut(peer, why, Peer.State.STALE, Status.NOT_FOUND, new PeerEvent.Invalidated(peer));
    }

    /** Null when it is not the one that is known. */
    private synchronized @Nullable Farewell takeOut(
            LivePeer peer, String why, Peer.State end, Status ending, PeerEvent event) {
        if (!known.remove(peer.name(), peer)) {
            return null;
        }
        leave(peer, why, end, ending);
        return new Farewell(peer, events.reserve(event));
    }

    private void leave(LivePeer peer, String why, Peer.State end, Status ending) {
        leaving.add(peer);
        peer.turnStale(why, end, ending);
    }

    /** It is disconnected. */
    void hasLeft(LivePeer peer) {
        leaving.remove(peer);
    }

    /** On the thread of changes: another peer's may be the next. */
    private void sendOff(@Nullable Farewell farewell) {
        if (farewell != null) {
            farewell.tell();
            farewells.execute(farewell.peer()::disconnect);
        }
    }

    /**
     * A backend lost a peer; on a thread of the agent's own, since the backend may hold locks, and not on that of the
     * listeners, who may take their time.
     */
    void lost(BackendPeer backendPeer, Throwable why) {
        changes.execute(() -> lostNow(backendPeer, why));
    }

    private void lostNow(BackendPeer backendPeer, Throwable why) {
        sendOff(takeOutLost(backendPeer, why));
    }

    /** Looks under the lock: one that is being loaded may be meant. */
    private synchronized @Nullable Farewell takeOutLost(BackendPeer backendPeer, Throwable why) {
        LivePeer peer = find(backendPeer);
        return peer == null
                ? null
                : takeOut(
                        peer,
                        "lost: " + why.getMessage(),
                        Peer.State.LOST,
                        Status.REMOTE_DISCONNECT,
                        new PeerEvent.Lost(peer, why));
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

    /**
     * Waits until this time, at most, for calls to peers that are under way, and for threads that disconnect some. What those
     * have not begun is done here.
     */
    void close(long deadlineNanoTime) {
        leaveAll();
        List<LivePeer> all = List.copyOf(leaving);
        all.forEach(LivePeer::endTransfers);
        all.forEach(LivePeer::disconnect);
        all.forEach(peer -> peer.awaitDisconnected(deadlineNanoTime));
        awaitLoads(deadlineNanoTime);
        changes.close();
        farewells.close();
        events.close();
    }

    private synchronized void leaveAll() {
        closed = true;
        List<LivePeer> all = new ArrayList<>(known.values());
        all.add(self());
        known.clear();
        all.forEach(peer -> leave(peer, "the agent was closed", Peer.State.STALE, Status.CANCELED));
    }

    private synchronized void awaitLoads(long deadlineNanoTime) {
        try {
            for (long left; !loading.isEmpty() && (left = deadlineNanoTime - System.nanoTime()) > 0; ) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
