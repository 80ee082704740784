// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a peer, or the agent itself as its own peer. Transfers hold on to it; when it is retired they are ended,
 * and its handles are closed when the last of them lets go.
 */
final class LivePeer implements Peer {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final Comparator<RemoteRegion> ORDER = Comparator.comparing(RemoteRegion::kind)
            .thenComparingLong(r -> r.device() ^ Long.MIN_VALUE)
            .thenComparingLong(r -> r.address() ^ Long.MIN_VALUE)
            .thenComparingLong(r -> r.length() ^ Long.MIN_VALUE);

    /** How a peer is reached with one backend. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never handed out
    record Link(@Nullable BackendPeer peer, byte[] connectionInfo) {}

    /** Added to {@link #inside} when its transfers have been told: nobody comes in any more. */
    private static final int ENDED = 1 << 30;

    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(LivePeer.class, "inside", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Peers home;
    private final String name;
    private final long epoch;
    private final boolean self;
    final RegionSpace space;

    /** How backends are chosen for it. */
    final Routes routes = new Routes();

    /** What was measured of transfers with it. */
    final Contests contests = new Contests();

    /** How messages go that belong to no transfer. */
    record Way(BackendSlot slot, BackendPeer peer) {}

    /** Replaced as a whole when a partial load adds a backend. */
    private volatile Map<BackendSlot, Link> links;

    private volatile @Nullable Way way;

    /** Backends that both agents have and that refused to connect them. */
    private volatile Set<BackendSlot> unreachable = Set.of();

    /** Changed under this lock, so that events come in the order of what they tell. */
    private volatile State state;

    /** Why it is stale; null while current. */
    private volatile @Nullable String retired;

    /**
     * Calls to the backends' peers that are under way, and {@link #ENDED}: the last to leave a peer that has ended disconnects it.
     * Without the lock, since each message passes here.
     */
    private volatile int inside;

    /** Guarded by this, as is all that follows. */
    private final Set<TransferImpl> users = new HashSet<>();

    /** How its transfers end when it is stale. */
    private Status ending = Status.CANCELED;

    private boolean disconnecting;
    private boolean disconnected;

    /** Disconnected, and what that ends besides is closed. */
    private boolean gone;

    /** Regions of former generations, closed with the rest. */
    private final Set<Region> replaced = new HashSet<>();

    private boolean torn;

    LivePeer(Peers home, String name, long epoch, boolean self, RegionSpace space, Map<BackendSlot, Link> links) {
        this.home = home;
        this.name = name;
        this.epoch = epoch;
        this.self = self;
        this.space = space;
        this.links = Map.copyOf(links);
        this.state = self ? State.CONNECTED : State.LOADED;
        this.way = findWay(links);
    }

    private static @Nullable Way findWay(Map<BackendSlot, Link> links) {
        Way first = null;
        for (Map.Entry<BackendSlot, Link> link : links.entrySet()) {
            BackendSlot slot = link.getKey();
            BackendPeer peer = link.getValue().peer();
            if (peer != null && slot.capabilities.notifications() && (first == null || slot.order < first.slot.order)) {
                first = new Way(slot, peer);
            }
        }
        return first;
    }

    /** By the first backend, in the agent's order, that sends notifications; null when none does. */
    @Nullable
    Way way() {
        return way;
    }

    boolean isOf(Peers some) {
        return home == some;
    }

    boolean isSelf() {
        return self;
    }

    Map<BackendSlot, Link> links() {
        return links;
    }

    void addLinks(Map<BackendSlot, Link> more) {
        Map<BackendSlot, Link> all = new LinkedHashMap<>(links);
        all.putAll(more);
        links = Map.copyOf(all);
        way = findWay(all);
    }

    Set<BackendSlot> unreachable() {
        return unreachable;
    }

    void addUnreachable(Set<BackendSlot> more) {
        Set<BackendSlot> all = new HashSet<>(unreachable);
        all.addAll(more);
        all.removeAll(links.keySet());
        unreachable = Set.copyOf(all);
    }

    synchronized void addReplaced(Set<Region> regions) {
        replaced.addAll(regions);
    }

    boolean reachableWith(BackendSlot slot) {
        return links.containsKey(slot);
    }

    @Nullable
    BackendPeer backendPeer(BackendSlot slot) {
        Link link = links.get(slot);
        return link == null ? null : link.peer();
    }

    /** Why it is stale, for messages. */
    String whyStale() {
        String why = retired;
        return why == null ? "current" : why;
    }

    /** False when it is stale: the transfer must not be made then. */
    synchronized boolean hold(TransferImpl transfer) {
        if (retired == null) {
            users.add(transfer);
        }
        return retired == null;
    }

    void letGo(TransferImpl transfer) {
        boolean last;
        synchronized (this) {
            users.remove(transfer);
            last = mayTear();
        }
        if (last) {
            closeHandles();
        }
    }

    /** Before a call to a backend's peer; false when this is stale. Ends with {@link #leave}. */
    boolean enter() {
        INSIDE.getAndAdd(this, 1);
        if (retired == null) { // looked at after the count, at which those look who retire it
            return true;
        }
        leave();
        return false;
    }

    void leave() {
        if ((int) INSIDE.getAndAdd(this, -1) == ENDED + 1) {
            disconnectOnce();
        }
    }

    // ---- what is known of it

    /** For messages about one that is stale: which incarnation of it there is now. */
    String nowKnownAs() {
        long now = currentEpoch();
        return now < 0 ? "; there is none now" : "; now there is epoch " + now;
    }

    /** The epoch of the peer known by the same name now, or -1. */
    long currentEpoch() {
        return home.find(name).map(LivePeer::epoch).orElse(-1L);
    }

    /** It has answered; one read when that is known already. */
    void answered() {
        if (state != State.CONNECTED) {
            change(State.CONNECTED, new PeerEvent.Connected(this));
        }
    }

    /** It did not do in time what was asked of it. */
    void doubt(Throwable why) {
        if (!self && state != State.SUSPECT) {
            change(State.SUSPECT, new PeerEvent.Suspect(this, why));
        }
    }

    private synchronized void change(State to, PeerEvent event) {
        if (retired == null && state != to) {
            state = to;
            home.events().publish(event);
        }
    }

    /** The event comes before all others of this peer, whoever finds it meanwhile. */
    synchronized void announce(PeerEvent event, Runnable publication) {
        publication.run();
        home.events().publish(event);
    }

    // ---- the end

    /** Nobody comes in any more. Once, by whoever says that another is known by its name, or none. */
    synchronized void turnStale(String why, State end, Status endOfTransfers) {
        retired = why;
        state = end;
        ending = endOfTransfers;
    }

    /** Of one that is stale. With no lock held: it runs callbacks of the application. */
    void endTransfers() {
        Set<TransferImpl> running;
        Status how;
        synchronized (this) {
            running = Set.copyOf(users);
            how = ending;
        }
        running.forEach(t -> t.abandon(how));
    }

    /**
     * After its transfers have ended: at once, or when the last call to a backend's peer that is under way returns. With no lock
     * held: it may take its time. Only the first call counts.
     */
    void disconnect() {
        int before = (int) INSIDE.getAndBitwiseOr(this, ENDED);
        if ((before & ~ENDED) == 0) {
            disconnectOnce();
        }
    }

    /** Its transfers have been told, and nobody is inside a backend's peer but those who turn round at once. */
    private void disconnectOnce() {
        synchronized (this) {
            if (disconnecting) {
                return;
            }
            disconnecting = true;
        }
        links.forEach(this::disconnect);
        boolean last;
        synchronized (this) {
            disconnected = true;
            last = mayTear();
        }
        if (last) {
            closeHandles();
        }
        home.hasLeft(this);
        tellDisconnected();
    }

    private synchronized void tellDisconnected() {
        gone = true;
        notifyAll();
    }

    /** Waits, bounded, for those inside to leave and for whoever disconnects it; an interrupt ends it. */
    synchronized void awaitDisconnected(long deadlineNanoTime) {
        try {
            for (long left; !gone && (left = deadlineNanoTime - System.nanoTime()) > 0; ) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True once: it is disconnected and no transfer uses its handles. */
    private boolean mayTear() {
        boolean may = disconnected && users.isEmpty() && !torn;
        torn |= may;
        return may;
    }

    private void disconnect(BackendSlot slot, Link link) {
        BackendPeer peer = link.peer();
        if (peer != null) {
            try {
                peer.close();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, slot + ": disconnecting " + name + " failed", e);
            }
        }
    }

    /** One's own handles belong to the registrations; only those loaded from a peer end here. */
    private void closeHandles() {
        if (self) {
            return;
        }
        Set<Region> all = new HashSet<>(replaced);
        space.all().forEach(section -> all.addAll(section.regions()));
        for (Region region : all) {
            region.markGone();
            try {
                region.closeHandles();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "closing " + region + " of " + name + " failed", e);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean isCurrent() {
        return retired == null;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public List<String> backends() {
        return links.keySet().stream().map(slot -> slot.name).sorted().toList();
    }

    @Override
    public List<RemoteRegion> regions() {
        Set<RemoteRegion> regions = new TreeSet<>(ORDER);
        for (Section section : space.all()) {
            for (Region region : section.regions()) {
                regions.add(new RemoteRegion(
                        name,
                        region.range.kind(),
                        region.range.device(),
                        region.range.address(),
                        region.range.length()));
            }
        }
        return List.copyOf(regions);
    }

    @Override
    public RemoteRegion region(int index) {
        List<RemoteRegion> regions = regions();
        if (index < 0 || index >= regions.size()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND, "there is no region " + index + "; published are " + describe(regions))
                    .peer(name)
                    .remedy("let the peer register first, then load its metadata again")
                    .build();
        }
        return regions.get(index);
    }

    private static String describe(List<RemoteRegion> regions) {
        return regions.isEmpty() ? "none" : regions.size() + ", the first " + regions.getFirst();
    }

    @Override
    public void connect() {
        if (!enter()) {
            throw NixlException.of(ErrorCode.NOT_FOUND, "epoch " + epoch + " is stale: " + retired)
                    .peer(name)
                    .build();
        }
        try {
            links.values().forEach(link -> {
                if (link.peer() != null) {
                    link.peer().connect();
                }
            });
            answered();
        } catch (NixlException e) {
            if (e.code() == ErrorCode.TIMED_OUT) {
                doubt(e);
            }
            throw e;
        } finally {
            leave();
        }
    }

    boolean covers(BackendSlot slot, MemoryKind kind, DescriptorList list) {
        return reachableWith(slot) && Resolution.of(list, space.section(slot, kind), new int[1]) != null;
    }

    @Override
    public String toString() {
        return name + " (epoch " + epoch + (retired == null ? "" : ", stale: " + retired) + ")";
    }
}
