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
     * The peer has proven that it can be reached: it was connected to ({@link Peer#connect()}) or a transfer to it ended with
     * {@link Status#SUCCESS}. Told the first time, and again when a suspect peer has done so.
     *
     * @param peer the peer
     * @since 0.1
     */
    record Connected(Peer peer) implements PeerEvent {}

    /**
     * Something that was asked of the peer did not happen in time: a transfer missed its deadline or stalled, connecting or
     * a notification timed out, or a backend doubts that it is there. It may be slow, stopped or cut off; nothing ends
     * because of this. {@link Connected} or {@link Lost} tells how it goes on; until then further doubts are not told.
     *
     * @param peer the peer
     * @param why what did not happen
     * @since 0.1
     */
    record Suspect(Peer peer, Throwable why) implements PeerEvent {}

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
