// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * What happened to a peer.
 *
 * @since 0.1
 */
public sealed interface PeerEvent {

    /** Whom it concerns. */
    Peer peer();

    /**
     * Metadata of a peer not known before was loaded.
     *
     * @param peer the new peer
     * @since 0.1
     */
    record Loaded(Peer peer) implements PeerEvent {}

    /**
     * A backend lost the peer; all its transfers ended and the peer is stale.
     *
     * @param peer the peer lost
     * @param why what the backend saw
     * @since 0.1
     */
    record Lost(Peer peer, Throwable why) implements PeerEvent {}

    /**
     * The peer came back as a new incarnation, which replaced the old.
     *
     * @param peer the new incarnation
     * @param previousEpoch epoch of the old one
     * @since 0.1
     */
    record Restarted(Peer peer, long previousEpoch) implements PeerEvent {}

    /**
     * The application forgot the peer, or the peer asked for it: by its own word or by withdrawing its metadata.
     *
     * @param peer the stale peer
     * @since 0.1
     */
    record Invalidated(Peer peer) implements PeerEvent {}
}
