// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.BackendInfo;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.Capabilities;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A running backend of one agent, with what the agent asks of it again and again. */
final class BackendSlot {
    final String name;

    /** Place in the agent's order of preference, from 0. */
    final int order;

    final Backend backend;
    final Capabilities capabilities;
    final Set<MemoryKind> kinds;
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
        this.kinds = kinds;
        this.info = info;
        this.connectionInfo = capabilities.remote() ? askConnectionInfo(backend) : null;
        this.self = connectionInfo != null && capabilities.local() ? backend.loadPeer(agentName, connectionInfo) : null;
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
