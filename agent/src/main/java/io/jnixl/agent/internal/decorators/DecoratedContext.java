// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The agent as a decorated backend sees it, who knows the peers by their inner names. Thread-safe. */
final class DecoratedContext implements BackendContext {
    private final BackendContext agent;
    private final Interceptor interceptor;
    private final NotificationSink sink = this::deliver;
    private final Map<BackendPeer, DecoratedPeer> peers = Collections.synchronizedMap(new IdentityHashMap<>());

    DecoratedContext(BackendContext agent, Interceptor interceptor) {
        this.agent = agent;
        this.interceptor = interceptor;
    }

    DecoratedPeer know(BackendPeer inner) {
        DecoratedPeer peer = new DecoratedPeer(inner, interceptor, this);
        peers.put(inner, peer);
        return peer;
    }

    void forget(BackendPeer inner) {
        peers.remove(inner);
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
        tell(inner, why, agent::peerLost);
    }

    /** Of the decorator's own accord. */
    void declareLost(DecoratedPeer peer, Throwable why) {
        agent.peerLost(peer, why);
    }

    @Override
    public void peerConnected(BackendPeer inner) {
        DecoratedPeer peer = peers.get(inner);
        if (peer != null) {
            agent.peerConnected(peer);
        }
    }

    @Override
    public void peerSuspect(BackendPeer inner, Throwable why) {
        tell(inner, why, agent::peerSuspect);
    }

    /** Of a peer that the agent has not got yet, or has closed, it need not hear. */
    private void tell(BackendPeer inner, Throwable why, BiConsumer<BackendPeer, Throwable> call) {
        DecoratedPeer peer = peers.get(inner);
        if (peer != null) {
            call.accept(peer, why);
        }
    }
}
