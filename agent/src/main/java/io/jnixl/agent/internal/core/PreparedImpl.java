// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list with its resolutions, one per backend that was asked for. They are made when first needed: usually one backend is
 * enough, and a list may be long.
 */
final class PreparedImpl implements Prepared {
    private final AgentImpl agent;
    private final DescriptorList list;
    private final @Nullable LivePeer peer;

    /** Guarded by this. A null value: the backend does not cover the list, and {@link #reasons} says why. */
    private final Map<BackendSlot, @Nullable Resolution> resolutions = new HashMap<>();

    private final Map<BackendSlot, String> reasons = new HashMap<>();
    private volatile boolean closed;

    PreparedImpl(AgentImpl agent, DescriptorList list, @Nullable LivePeer peer) {
        this.agent = agent;
        this.list = list;
        this.peer = peer;
    }

    @Nullable
    LivePeer livePeer() {
        return peer;
    }

    boolean isOf(AgentImpl someAgent) {
        return agent == someAgent;
    }

    boolean isClosed() {
        return closed;
    }

    /** The resolution with this backend, or null; {@link #reason} then says why not. */
    synchronized @Nullable Resolution resolution(BackendSlot slot) {
        if (!resolutions.containsKey(slot)) {
            resolutions.put(slot, resolve(slot));
        }
        return resolutions.get(slot);
    }

    synchronized String reason(BackendSlot slot) {
        return reasons.getOrDefault(slot, "");
    }

    private @Nullable Resolution resolve(BackendSlot slot) {
        String side = peer == null ? "local" : "remote";
        String refusal = slot.refusal(list.kind(), peer != null && !peer.isSelf());
        if (!refusal.isEmpty()) {
            reasons.put(slot, refusal);
            return null;
        }
        if (peer != null && !peer.reachableWith(slot)) {
            reasons.put(
                    slot,
                    peer.isSelf() ? "does no transfers within an agent" : "peer " + peer.name() + " does not have it");
            return null;
        }
        Section section =
                peer == null ? agent.space().section(slot, list.kind()) : peer.space.section(slot, list.kind());
        int[] miss = new int[1];
        Resolution found = Resolution.of(list, section, miss);
        if (found == null) {
            int i = miss[0];
            reasons.put(
                    slot,
                    side + " descriptor " + i + " (" + list.length(i) + " B at 0x" + Long.toHexString(list.address(i))
                            + (list.device(i) == 0 ? "" : " on device " + list.device(i)) + ") is not inside one "
                            + list.kind() + " region; there is " + section.describe());
        }
        return found;
    }

    @Override
    public DescriptorList list() {
        return list;
    }

    @Override
    public @Nullable Peer peer() {
        return peer;
    }

    @Override
    public List<String> backends() {
        return agent.slots().stream()
                .filter(slot -> resolution(slot) != null)
                .map(slot -> slot.name)
                .toList();
    }

    @Override
    public boolean isUsable() {
        return !closed
                && (peer == null || peer.isCurrent())
                && agent.slots().stream().map(this::resolution).anyMatch(r -> r != null && r.isUsable());
    }

    @Override
    public synchronized void close() {
        closed = true;
        resolutions.clear();
        reasons.clear();
    }

    @Override
    public String toString() {
        return "Prepared " + list + (peer == null ? "" : " of " + peer);
    }
}
