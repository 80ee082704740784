// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * The agent as a backend sees it. Thread-safe.
 *
 * @since 0.1
 */
public interface BackendContext {

    /** The agent's name: what its notifications are signed with. */
    String agentName();

    /** How threads of the backend wait for work. */
    ProgressPolicy progress();

    /** Where notifications that arrive go. */
    NotificationSink notifications();

    /**
     * Says that a peer is lost: the agent turns it stale. The backend itself ends the peer's transfers with
     * {@link io.jnixl.api.Status#REMOTE_DISCONNECT}. Any thread; must not be called with a lock held that
     * {@link BackendPeer#close()} takes.
     */
    void peerLost(BackendPeer peer, Throwable why);

    /**
     * Says that a peer has answered by other means than a transfer's {@link io.jnixl.api.Status#SUCCESS}, which the agent
     * sees for itself. Any thread, any lock.
     */
    default void peerConnected(BackendPeer peer) {}

    /**
     * Says that a peer does not answer as it should, and may yet: the agent tells the application, and nothing else comes of
     * it. For transports that notice such things; deadlines and stalls the agent sees for itself. Any thread, any lock.
     *
     * @param why what was noticed
     */
    default void peerSuspect(BackendPeer peer, Throwable why) {}
}
