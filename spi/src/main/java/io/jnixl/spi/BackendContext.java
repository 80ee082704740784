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
}
