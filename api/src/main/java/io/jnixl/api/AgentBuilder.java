// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Objects;
import java.util.ServiceLoader;

/**
 * Collects the settings of an agent; {@link #build()} checks them all and ends it. Not thread-safe.
 *
 * @since 0.1
 */
public final class AgentBuilder {
    private final String name;
    private Config config = Config.load();
    private ClassLoader classLoader = defaultLoader();

    AgentBuilder(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    private static ClassLoader defaultLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : AgentBuilder.class.getClassLoader();
    }

    /** Where settings come from; replaces those given before. {@link Config#load()} unless called. */
    public AgentBuilder config(Config sources) {
        config = Objects.requireNonNull(sources, "config");
        return this;
    }

    /** One setting, such as {@code ("agent.deadline", "2s")}; beats all other sources. */
    public AgentBuilder with(String key, String value) {
        config = config.with(key, value);
        return this;
    }

    /** Where backends are looked for; the thread's context class loader unless called. */
    public AgentBuilder classLoader(ClassLoader loader) {
        classLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /**
     * Makes the agent.
     *
     * @throws NixlException as {@link Agent#create} says
     */
    public Agent build() {
        AgentFactory factory = ServiceLoader.load(AgentFactory.class)
                .findFirst()
                .or(() -> ServiceLoader.load(AgentFactory.class, AgentFactory.class.getClassLoader())
                        .findFirst())
                .orElseThrow(() -> NixlException.of(
                                ErrorCode.NOT_FOUND, "there is no AgentFactory on the class or module path")
                        .remedy("add the jar jnixl-agent")
                        .build());
        return factory.create(name, config, classLoader);
    }
}
