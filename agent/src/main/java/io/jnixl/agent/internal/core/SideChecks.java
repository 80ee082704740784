// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;

/** Whether two lists can be the sides of a transfer at all, whoever moves the bytes. */
final class SideChecks {
    private SideChecks() {}

    /**
     * Refuses what cannot be.
     *
     * @param pairwise whether entry i of one goes with entry i of the other
     */
    static void check(PreparedImpl local, PreparedImpl remote, boolean pairwise) {
        checkSides(local, remote);
        checkCounts(local, remote, pairwise);
    }

    private static void checkSides(PreparedImpl local, PreparedImpl remote) {
        LivePeer peer = remote.livePeer();
        if (local.livePeer() != null || peer == null) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    local.livePeer() != null
                            ? "the local side was prepared for peer "
                                    + local.livePeer().name()
                            : "the remote side was prepared without a peer");
        }
        if (local.isClosed() || remote.isClosed()) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "the " + (local.isClosed() ? "local" : "remote") + " prepared list is closed");
        }
        if (!peer.isCurrent()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND,
                            "the remote list was prepared for epoch " + peer.epoch() + ", which is stale: "
                                    + peer.whyStale() + peer.nowKnownAs())
                    .peer(peer.name())
                    .remedy("prepare it again for the peer as it is now")
                    .build();
        }
    }

    private static void checkCounts(PreparedImpl local, PreparedImpl remote, boolean pairwise) {
        int locals = local.list().size();
        int remotes = remote.list().size();
        if (locals == 0 || remotes == 0) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "the " + (locals == 0 ? "local" : "remote") + " list is empty: nothing would move");
        }
        if (pairwise && locals != remotes) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, "the local list has " + locals + " entries, the remote one " + remotes);
        }
    }
}
