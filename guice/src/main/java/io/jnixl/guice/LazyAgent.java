// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import com.google.inject.Provider;
import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.SelectionPolicy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the agent of one injector when it is first asked for, and ends it. Thread-safe. */
final class LazyAgent implements Provider<Agent>, AgentCloser {
    private final @Nullable String name;
    private final Config config;
    private final Provider<Set<BackendProvider>> backends;
    private final Provider<Set<MetadataExchangeProvider>> exchanges;
    private final Provider<Set<SelectionPolicy>> policies;

    /** Guarded by this, as is {@link #closed}. */
    private @Nullable Agent agent;

    private boolean closed;

    LazyAgent(
            @Nullable String name,
            Config config,
            Provider<Set<BackendProvider>> backends,
            Provider<Set<MetadataExchangeProvider>> exchanges,
            Provider<Set<SelectionPolicy>> policies) {
        this.name = name;
        this.config = config;
        this.backends = backends;
        this.exchanges = exchanges;
        this.policies = policies;
    }

    @Override
    public synchronized Agent get() {
        if (closed) {
            throw NixlException.of(ErrorCode.NOT_ALLOWED, "the agent of this injector is closed")
                    .remedy("make a new injector")
                    .build();
        }
        if (agent == null) {
            agent = make();
        }
        return agent;
    }

    private Agent make() {
        AgentAssembly assembly = AgentAssembly.of(config);
        if (name != null) {
            assembly.name(name);
        }
        backends.get().forEach(assembly::backend);
        exchanges.get().forEach(assembly::exchange);
        policies.get().forEach(assembly::policy);
        return assembly.build();
    }

    @Override
    public void close() {
        Agent made;
        synchronized (this) {
            closed = true;
            made = agent;
        }
        if (made != null) {
            made.close(); // may wait for transfers: not under the lock
        }
    }

    /** For the errors of Guice, which name the source of a binding. */
    @Override
    public String toString() {
        return "the agent " + (name == null ? "named by agent.name" : name);
    }
}
