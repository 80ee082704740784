// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Key;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.spi.BackendProvider;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds one {@link Agent} for all of an injector, and an {@link AgentCloser} to end it. Other modules add backends with
 * {@link #backends(Binder)}; those on the class or module path are found without it.
 *
 * <p>The agent is made when it is first asked for (in {@link com.google.inject.Stage#PRODUCTION}, with the injector). What is
 * wrong then comes as a {@link com.google.inject.ProvisionException} (in that stage, a
 * {@link com.google.inject.CreationException}) whose cause is the {@link io.jnixl.api.NixlException}.
 *
 * <p>A module is immutable and may make several injectors: each gets an agent of its own. To have two agents in one injector,
 * bind the second one yourself, with an annotation.
 *
 * @since 0.1
 */
public final class JnixlModule extends AbstractModule {
    private final @Nullable String name;
    private final Config config;

    /** An agent that the setting {@code agent.name} names. */
    public JnixlModule(Config config) {
        this.name = null;
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * An agent of this name.
     *
     * @param name beats the setting {@code agent.name}
     */
    public JnixlModule(String name, Config config) {
        this.name = Objects.requireNonNull(name, "name");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * The set of backends to which other modules add: {@code JnixlModule.backends(binder()).addBinding().to(...)}. One of
     * these beats a discovered backend of the same name.
     */
    public static Multibinder<BackendProvider> backends(Binder binder) {
        return Multibinder.newSetBinder(binder, BackendProvider.class);
    }

    @Override
    protected void configure() {
        backends(binder());
        LazyAgent agent = new LazyAgent(name, config, getProvider(Key.get(new TypeLiteral<Set<BackendProvider>>() {})));
        bind(Agent.class).toProvider(agent).in(Singleton.class);
        bind(AgentCloser.class).toInstance(agent);
    }
}
