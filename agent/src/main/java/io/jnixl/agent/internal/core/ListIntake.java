// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import java.util.List;

/** Takes descriptor lists from the application: whose memory they name, and whether any backend covers it. */
final class ListIntake {
    private final AgentImpl agent;
    private final Peers peers;
    private final List<BackendSlot> slots;

    ListIntake(AgentImpl agent, Peers peers, List<BackendSlot> slots) {
        this.agent = agent;
        this.peers = peers;
        this.slots = slots;
    }

    PreparedImpl local(DescriptorList list) {
        String owner = list.owner();
        if (owner != null && !owner.equals(agent.name())) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "the list names memory of agent " + owner + ", not local memory of " + agent.name());
        }
        return new PreparedImpl(agent, list, null);
    }

    PreparedImpl remote(Peer peer, DescriptorList list) {
        LivePeer live = peers.own(peer);
        String owner = list.owner();
        if (owner != null && !owner.equals(live.name())) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "the list names memory of agent " + owner + ", not of " + live.name())
                    .peer(live.name())
                    .build();
        }
        return new PreparedImpl(agent, list, live);
    }

    /** The peer whose memory a list names that knows it. */
    Peer ownerOf(DescriptorList list) {
        String owner = list.owner();
        if (owner == null) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "the list " + list + " does not know whose memory it names")
                    .remedy("take it from a RemoteRegion or FileRegion, or name the peer")
                    .build();
        }
        return peers.find(owner)
                .orElseThrow(() -> NixlException.of(
                                ErrorCode.NOT_FOUND, "peer " + owner + " is not known; known are " + peers.others())
                        .peer(owner)
                        .remedy("load its metadata")
                        .build());
    }

    /** Resolves now, so that an error comes where the list is. */
    PreparedImpl checked(PreparedImpl prepared) {
        LivePeer peer = prepared.livePeer();
        if (prepared.list().isEmpty()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "the list is empty: nothing to prepare");
        }
        if (peer != null && !peer.isCurrent()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND,
                            "epoch " + peer.epoch() + " is stale: " + peer.whyStale() + peer.nowKnownAs())
                    .peer(peer.name())
                    .remedy("ask Agent.peer for the peer as it is now")
                    .build();
        }
        if (slots.stream().noneMatch(slot -> prepared.resolution(slot) != null)) {
            throw uncovered(prepared);
        }
        return prepared;
    }

    private NixlException uncovered(PreparedImpl prepared) {
        LivePeer peer = prepared.livePeer();
        StringBuilder reasons = new StringBuilder();
        slots.forEach(slot -> reasons.append(reasons.isEmpty() ? "" : "; ")
                .append(slot)
                .append(": ")
                .append(prepared.reason(slot)));
        NixlException.Builder error = NixlException.of(
                ErrorCode.NOT_FOUND,
                "no backend covers " + prepared.list() + ": "
                        + (reasons.isEmpty() ? "the agent runs no backend" : reasons));
        return (peer == null ? error : error.peer(peer.name()))
                .remedy(peer == null ? "register the memory first" : "let the peer register it and load its metadata")
                .build();
    }
}
