// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent;

import io.jnixl.agent.internal.core.AgentImpl;
import io.jnixl.agent.internal.core.AgentStart;
import io.jnixl.agent.internal.core.KindDemand;
import io.jnixl.api.Config;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import java.util.List;
import java.util.Objects;

/**
 * Which backend a transfer would get here, asked without memory and without a peer: for tools that help with the settings. Whether
 * a backend accepts the memory, and whether it reaches the peer, is not known then.
 *
 * @param operation which way bytes move
 * @param local the local memory kind
 * @param remote the far side's memory kind
 * @param peer the peer's name; empty: a transfer within the agent
 * @param bytes bytes of one post, not negative
 * @param descriptors descriptors of one post, at least 1
 * @param notifies whether notifications are wanted
 * @param backends what the program names for the transfer, best first; empty: nothing
 * @since 0.1
 */
public record SelectionQuery(
        Operation operation,
        MemoryKind local,
        MemoryKind remote,
        String peer,
        long bytes,
        int descriptors,
        boolean notifies,
        List<String> backends) {

    /** Checks, and copies. */
    public SelectionQuery {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(local, "local");
        Objects.requireNonNull(remote, "remote");
        Objects.requireNonNull(peer, "peer");
        backends = List.copyOf(backends);
        if (bytes < 0 || descriptors < 1) {
            throw new IllegalArgumentException(bytes + " bytes in " + descriptors + " descriptors");
        }
    }

    /**
     * Makes an agent as a program would, asks it and closes it. Loads native libraries.
     *
     * @throws NixlException when no agent can be made, or one of the named backends does not run
     */
    public Explanation ask(Config config, ClassLoader loader) {
        AgentStart start = new AgentStart(config, loader, List.of());
        try (AgentImpl agent = start.start(start.configuredName().orElse("inspection"))) {
            String far = peer.isEmpty() ? agent.name() : peer;
            return agent.explain(
                    new KindDemand(operation, local, remote, agent.name(), far, bytes, descriptors, notifies),
                    backends);
        }
    }
}
