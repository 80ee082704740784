// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Agent;
import io.jnixl.api.AgentFactory;
import io.jnixl.api.Config;
import java.util.List;

/** How {@code Agent.builder} finds this module. */
public final class DefaultAgentFactory implements AgentFactory {
    /** For {@link java.util.ServiceLoader}. */
    public DefaultAgentFactory() {}

    @Override
    public Agent create(String name, Config config, ClassLoader backends) {
        return new AgentStart(config, backends, List.of()).start(name);
    }
}
