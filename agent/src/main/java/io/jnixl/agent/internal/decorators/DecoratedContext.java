// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The agent as a decorated backend sees it, who knows the peers by their inner names. Thread-safe. */
final class DecoratedContext implements BackendContext {
    private final BackendContext agent;
    private final Interceptor interceptor;
    private final NotificationSink sink = this::deliver;

    /** The lock of this and of what is said below of losses. */
    private final IdentityHashMap<BackendPeer, DecoratedPeer> peers = new IdentityHashMap<>();

    /** Losses of peers that are not known, told while some are being loaded: they may be among these. */
    private final IdentityHashMap<BackendPeer, Throwable> early = new IdentityHashMap<>();

    private int loading;

    DecoratedContext(BackendContext agent, Interceptor interceptor) {
        this.agent = agent;
        this.interceptor = interceptor;
    }

    /** Lets the backend load a peer; when that is lost before it is known, the agent hears of it none the less. */
    DecoratedPeer load(Supplier<BackendPeer> backend) {
        synchronized (peers) {
            loading++;
        }
        try {
            return know(backend.get());
        } finally {
            synchronized (peers) {
                loading--;
                if (loading == 0) {
                    early.clear(); // of peers that were closed, or never became any
                }
            }
        }
    }

    private DecoratedPeer know(BackendPeer inner) {
        DecoratedPeer peer = new DecoratedPeer(inner, interceptor, this);
        Throwable lost;
        synchronized (peers) {
            peers.put(inner, peer);
            lost = early.remove(inner);
        }
        if (lost != null) {
            agent.peerLost(peer, lost);
        }
        return peer;
    }

    void forget(BackendPeer inner) {
        synchronized (peers) {
            peers.remove(inner);
        }
    }

    private @Nullable DecoratedPeer known(BackendPeer inner) {
        synchronized (peers) {
            return peers.get(inner);
        }
    }

    /** Turns the agent's peer into the backend's. */
    static @Nullable BackendPeer inner(@Nullable BackendPeer peer) {
        return peer instanceof DecoratedPeer decorated ? decorated.inner() : peer;
    }

    @Override
    public String agentName() {
        return agent.agentName();
    }

    @Override
    public ProgressPolicy progress() {
        return agent.progress();
    }

    @Override
    public NotificationSink notifications() {
        return sink;
    }

    private boolean deliver(String from, MemorySegment memory, long offset, int length) {
        return interceptor.deliver(agent.notifications(), from, memory, offset, length);
    }

    @Override
    public void peerLost(BackendPeer inner, Throwable why) {
        DecoratedPeer peer;
        synchronized (peers) {
            peer = peers.get(inner);
            if (peer == null && loading > 0) {
                early.put(inner, why);
            }
        }
        if (peer != null) {
            agent.peerLost(peer, why);
        }
    }

    /** Of the decorator's own accord. */
    void declareLost(DecoratedPeer peer, Throwable why) {
        agent.peerLost(peer, why);
    }

    @Override
    public void peerConnected(BackendPeer inner) {
        DecoratedPeer peer = known(inner);
        if (peer != null) {
            agent.peerConnected(peer);
        }
    }

    @Override
    public void peerSuspect(BackendPeer inner, Throwable why) {
        DecoratedPeer peer = known(inner);
        if (peer != null) {
            agent.peerSuspect(peer, why);
        }
    }
}
