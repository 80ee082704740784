// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;

/**
 * One incarnation of another agent, as its metadata described it. Immutable but for its regions, which grow with
 * incremental loads; a peer that is forgotten or replaced turns stale for good.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public interface Peer {

    /** The agent's name. */
    String name();

    /** Number of this incarnation, counted by the agent that loaded it, over all peers. */
    long epoch();

    /** False once the peer was invalidated, replaced or lost. */
    boolean isCurrent();

    /** What is known of whether it can be reached; {@link PeerEvent}s tell of changes. */
    State state();

    /**
     * What is known of whether a peer can be reached. Backends cannot tell at once that a peer is gone, so that none of these
     * promises anything of the next transfer.
     *
     * @since 0.1
     */
    enum State {
        /** Its metadata was loaded; nothing has been proven yet. */
        LOADED,
        /** It has answered, and nothing has taken too long since. The agent's own state. */
        CONNECTED,
        /** It did not do in time what was asked of it, see {@link PeerEvent.Suspect}. */
        SUSPECT,
        /** A backend found it gone; stale for good. */
        LOST,
        /** It was invalidated or replaced, or this agent was closed; stale for good. */
        STALE
    }

    /** The names of the backends that both agents have, sorted. */
    List<String> backends();

    /** What the peer published and a common backend took, by kind, device, address and length. */
    List<RemoteRegion> regions();

    /**
     * The region at this place of {@link #regions()}.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND}, listing the regions there are
     */
    RemoteRegion region(int index);

    /**
     * Connects now with every common backend, rather than at the first transfer; idempotent. May block.
     *
     * @throws NixlException with what the backend reported
     */
    void connect();
}
