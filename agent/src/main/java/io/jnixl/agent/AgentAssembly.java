// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent;

import io.jnixl.agent.internal.core.AgentStart;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.SelectionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes agents with backends and metadata exchanges that the program hands over, beside those that are discovered, and with policies of
 * its own for choosing among backends. For frameworks and tests. Not thread-safe.
 *
 * @since 0.1
 */
public final class AgentAssembly {
    private final Config config;
    private final List<BackendProvider> providers = new ArrayList<>();
    private final List<MetadataExchangeProvider> exchanges = new ArrayList<>();
    private final List<SelectionPolicy> policies = new ArrayList<>();
    private @Nullable String name;
    private @Nullable ClassLoader loader;

    private AgentAssembly(Config config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    /** Starts one with these sources of settings. */
    public static AgentAssembly of(Config config) {
        return new AgentAssembly(config);
    }

    /** The agent's name; without it, the setting {@code agent.name} must give one. */
    public AgentAssembly name(String agentName) {
        name = Objects.requireNonNull(agentName, "name");
        return this;
    }

    /** Adds a backend; it beats a discovered one of the same name. */
    public AgentAssembly backend(BackendProvider provider) {
        providers.add(Objects.requireNonNull(provider, "provider"));
        return this;
    }

    /** Adds a metadata exchange; it beats a discovered one of the same name. */
    public AgentAssembly exchange(MetadataExchangeProvider provider) {
        exchanges.add(Objects.requireNonNull(provider, "provider"));
        return this;
    }

    /** Adds a policy; those that were added before are asked before. */
    public AgentAssembly policy(SelectionPolicy policy) {
        policies.add(Objects.requireNonNull(policy, "policy"));
        return this;
    }

    /** Where backends and exchanges are discovered; the thread's context class loader unless called. */
    public AgentAssembly classLoader(ClassLoader backends) {
        loader = Objects.requireNonNull(backends, "loader");
        return this;
    }

    /**
     * Makes the agent.
     *
     * @throws NixlException as {@link Agent#create} says; {@link ErrorCode#INVALID_PARAM} when a policy has no name, or another's
     */
    public Agent build() {
        AgentStart start = new AgentStart(config, loaderOrDefault(), providers, exchanges);
        return start.start(
                name != null
                        ? name
                        : start.configuredName()
                                .orElseThrow(() -> NixlException.of(ErrorCode.INVALID_PARAM, "the agent has no name")
                                        .remedy("set agent.name, or give one to the builder")
                                        .build()),
                policies);
    }

    private ClassLoader loaderOrDefault() {
        if (loader != null) {
            return loader;
        }
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : AgentAssembly.class.getClassLoader();
    }
}
