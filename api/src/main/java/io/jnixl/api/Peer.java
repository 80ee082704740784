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
