// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.BackendInfo;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.Capabilities;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A running backend of one agent, with what the agent asks of it again and again. */
final class BackendSlot {
    final String name;

    /** Place in the agent's order of preference, from 0. */
    final int order;

    final Backend backend;
    final Capabilities capabilities;

    /** Of memory that can be registered. */
    final Set<MemoryKind> kinds;

    /** Of memory that its provider names and that cannot be, each with the reason. */
    final Map<MemoryKind, Availability.Unavailable> missing;

    final BackendInfo info;

    /** The agent as its own peer, where this backend reaches other agents and does transfers within one. */
    final @Nullable BackendPeer self;

    /** What closed transfers of this backend have moved. */
    final TransferCounts retired = new TransferCounts();

    /** The same bytes for ever: a peer refuses a name whose connection information has changed. */
    final byte @Nullable [] connectionInfo;

    /** Asks the backend for what does not change; what it throws is its caller's to handle. */
    BackendSlot(String name, int order, Backend backend, Set<MemoryKind> kinds, BackendInfo info, String agentName) {
        this.name = name;
        this.order = order;
        this.backend = backend;
        this.capabilities = backend.capabilities();
        this.missing = Map.copyOf(backend.missingKinds());
        this.kinds = kinds.stream()
                .filter(kind -> !missing.containsKey(kind))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(MemoryKind.class)));
        this.info = missing.isEmpty() ? info : narrowed(info);
        this.connectionInfo = capabilities.remote() ? askConnectionInfo(backend) : null;
        this.self = connectionInfo != null && capabilities.local() ? backend.loadPeer(agentName, connectionInfo) : null;
    }

    private BackendInfo narrowed(BackendInfo info) {
        List<String> features = new ArrayList<>(info.features());
        missing.forEach((kind, why) -> features.add("no " + kind + ": " + why.reason()));
        return new BackendInfo(
                info.name(),
                info.state(),
                kinds,
                info.version(),
                features,
                info.reason(),
                info.remedy(),
                info.origin());
    }

    /**
     * Why it does not take memory of this kind; empty when it does.
     *
     * @param ofPeer whether it is another agent's, which need not be of a kind that can be registered here
     */
    String refusal(MemoryKind kind, boolean ofPeer) {
        Availability.Unavailable why = missing.get(kind);
        if (kinds.contains(kind) || (why != null && ofPeer)) {
            return "";
        }
        return "does not take " + kind + (why == null ? "" : ": " + why.reason());
    }

    private static byte[] askConnectionInfo(Backend backend) {
        byte[] info = backend.connectionInfo().clone();
        if (info.length == 0) {
            throw new NixlException(ErrorCode.BACKEND, "its connection information is empty, a defect");
        }
        return info;
    }

    @Override
    public String toString() {
        return name;
    }
}
