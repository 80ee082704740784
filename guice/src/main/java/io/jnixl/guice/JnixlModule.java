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
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.SelectionPolicy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds one {@link Agent} for all of an injector, and an {@link AgentCloser} to end it. Other modules add backends with
 * {@link #backends(Binder)}, metadata exchanges with {@link #exchanges(Binder)}, and policies for choosing among backends with
 * {@link #policies(Binder)}; backends and exchanges on the class or module path are found without it. The agent is the one that
 * {@code io.jnixl.agent.AgentAssembly} makes of the same things without Guice.
 *
 * <p>The agent is made when it is first asked for (in {@link com.google.inject.Stage#PRODUCTION}, with the injector). What is
 * wrong then comes as a {@link com.google.inject.ProvisionException} (in that stage, a
 * {@link com.google.inject.CreationException}) whose cause is the {@link io.jnixl.api.NixlException}.
 *
 * <p>A module is immutable and may make several injectors: each gets an agent of its own. Child injectors share the agent of the
 * injector in which the module is installed, and cannot add to it; whichever of them gives the closer, it ends that one agent.
 *
 * <p>For two agents in one injector, install each module in a {@link com.google.inject.PrivateModule}, with the backends, exchanges and
 * policies that are this agent's, and expose agent and closer with an annotation:
 *
 * <pre>{@code
 * protected void configure() {
 *     install(new JnixlModule("prefill", config));
 *     JnixlModule.policies(binder()).addBinding().to(IdleLinks.class);
 *     bind(Agent.class).annotatedWith(Names.named("prefill")).to(Agent.class);
 *     bind(AgentCloser.class).annotatedWith(Names.named("prefill")).to(AgentCloser.class);
 *     expose(Agent.class).annotatedWith(Names.named("prefill"));
 *     expose(AgentCloser.class).annotatedWith(Names.named("prefill"));
 * }
 * }</pre>
 *
 * <p>Each closer ends its own agent; whoever made the injector closes all of them. The sets must not be added to outside of the private
 * modules then: Guice refuses a set that is bound within and without.
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

    /** The set of metadata exchanges, as {@link #backends}; the setting {@code agent.exchange} names the one to use. */
    public static Multibinder<MetadataExchangeProvider> exchanges(Binder binder) {
        return Multibinder.newSetBinder(binder, MetadataExchangeProvider.class);
    }

    /** The set of policies, as {@link #backends}; they are asked in the order in which they were added. */
    public static Multibinder<SelectionPolicy> policies(Binder binder) {
        return Multibinder.newSetBinder(binder, SelectionPolicy.class);
    }

    @Override
    protected void configure() {
        backends(binder());
        exchanges(binder());
        policies(binder());
        LazyAgent agent = new LazyAgent(
                name,
                config,
                getProvider(Key.get(new TypeLiteral<Set<BackendProvider>>() {})),
                getProvider(Key.get(new TypeLiteral<Set<MetadataExchangeProvider>>() {})),
                getProvider(Key.get(new TypeLiteral<Set<SelectionPolicy>>() {})));
        bind(Agent.class).toProvider(agent).in(Singleton.class);
        bind(AgentCloser.class).toInstance(agent);
    }
}
