// SPDX-License-Identifier: Apache-2.0

/** The agent: discovery, settings, registrations, peers, transfers. */
@org.jspecify.annotations.NullMarked
module io.jnixl.agent {
    requires transitive io.jnixl.api;
    requires transitive io.jnixl.spi;
    requires org.tomlj;
    requires static org.jspecify;

    exports io.jnixl.agent;

    uses io.jnixl.spi.BackendProvider;
    uses io.jnixl.spi.MetadataExchangeProvider;

    provides io.jnixl.api.AgentFactory with
            io.jnixl.agent.internal.core.DefaultAgentFactory;
    provides io.jnixl.spi.MetadataExchangeProvider with
            io.jnixl.agent.internal.files.FilesExchangeProvider;
}
