// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.agent.internal.config.PluginSetting;
import io.jnixl.agent.internal.config.SettingSources;
import io.jnixl.agent.internal.config.Settings;
import io.jnixl.agent.internal.config.SettingsResolver;
import io.jnixl.agent.internal.discovery.ExchangeDiscovery;
import io.jnixl.agent.internal.discovery.Found;
import io.jnixl.agent.internal.discovery.ProviderDiscovery;
import io.jnixl.agent.internal.plugins.PluginDirectories;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.SelectionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes an agent: finds the providers, reads the settings, creates the backends and wires the parts by their constructors.
 */
public final class AgentStart {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** What was said about a choice of backends, once per process. */
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private final List<Found> found;
    private final Map<String, List<OptionSpec<?>>> backendOptions = new LinkedHashMap<>();
    private final ExchangeDiscovery exchanges;
    private final Settings settings;

    /** Finds the providers and reads the settings; creates nothing. */
    public AgentStart(Config config, ClassLoader loader, List<BackendProvider> extra) {
        this(config, loader, extra, List.of());
    }

    /** The same with metadata exchanges of the program's. */
    public AgentStart(
            Config config,
            ClassLoader loader,
            List<BackendProvider> extra,
            List<MetadataExchangeProvider> extraExchanges) {
        this(SettingSources.of(config), loader, extra, extraExchanges);
    }

    private AgentStart(
            SettingSources sources,
            ClassLoader loader,
            List<BackendProvider> extra,
            List<MetadataExchangeProvider> extraExchanges) {
        this(sources, SettingsResolver.plugins(sources), loader, extra, extraExchanges);
    }

    private AgentStart(
            SettingSources sources,
            PluginSetting plugins,
            ClassLoader loader,
            List<BackendProvider> extra,
            List<MetadataExchangeProvider> extraExchanges) {
        found = ProviderDiscovery.discover(loader, extra, PluginDirectories.plugins(plugins));
        for (Found f : found) {
            if (f instanceof Found.Usable usable) {
                backendOptions.put(usable.name(), usable.options());
            }
        }
        exchanges = ExchangeDiscovery.discover(loader, extraExchanges);
        settings = SettingsResolver.resolve(sources, backendOptions, exchanges.options());
        settings.warnings().forEach(warning -> say(System.Logger.Level.WARNING, warning));
    }

    /**
     * With the plugins that a configuration names and nothing else of it: for tools that tell what is there whatever else the
     * settings say. Who says where plugins lie is looked at as for an agent.
     *
     * @throws NixlException when a settings file or a directory of plugins is named and cannot be used
     */
    public static AgentStart withPluginsAlone(Config config, ClassLoader loader) {
        PluginSetting plugins = SettingsResolver.plugins(SettingSources.of(config));
        return new AgentStart(SettingSources.of(Config.empty()), plugins, loader, List.of(), List.of());
    }

    /** The agent's name in the settings, if they give one. */
    public Optional<String> configuredName() {
        return settings.find(AgentOptions.NAME);
    }

    /**
     * Looks for what is wrong in the settings and shows only when an agent starts. Creates nothing.
     *
     * @throws NixlException as {@link #start} would
     */
    public void check() {
        String exchange = settings.get(AgentOptions.EXCHANGE);
        if (!exchange.isEmpty()) {
            var _ = exchanges.provider(exchange);
            var _ = settings.exchange(exchange);
        }
        BackendStarts.check(found, settings);
    }

    /** Makes the agent. */
    public AgentImpl start(String name) {
        return start(name, List.of());
    }

    /** The same with policies of the program's, in the order in which they are asked. */
    public AgentImpl start(String name, List<SelectionPolicy> selectionPolicies) {
        if (name.isEmpty()) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "an agent needs a name that is not empty")
                    .remedy("give one to the builder, or set agent.name")
                    .build();
        }
        Policies policies = new Policies(selectionPolicies);
        Peers peers = new Peers(name, settings.get(AgentOptions.RELOAD));
        NotificationQueue queue = new NotificationQueue(settings.get(AgentOptions.NOTIFICATION_QUEUE));
        Context context = new Context(name, settings.get(AgentOptions.PROGRESS), queue, peers);
        Tasks tasks = new Tasks(name, settings.get(AgentOptions.METADATA_TIMEOUT));
        ExchangeImpl exchange = exchange(name, peers, tasks);
        try {
            return start(name, policies, peers, queue, tasks, exchange, new BackendStarts(found, settings, context));
        } catch (RuntimeException | Error e) {
            closeQuietly(exchange);
            throw e;
        }
    }

    private AgentImpl start(
            String name,
            Policies policies,
            Peers peers,
            NotificationQueue queue,
            Tasks tasks,
            @Nullable ExchangeImpl exchange,
            BackendStarts starts) {
        try {
            Driver driver = new Driver(
                    starts.slots(), settings.get(AgentOptions.PROGRESS).spinNanos());
            AgentImpl agent = new AgentImpl(
                    name,
                    settings,
                    policies,
                    starts.infos(),
                    starts.slots(),
                    Devices.of(found),
                    new Notifications(name, queue, driver),
                    peers,
                    tasks,
                    exchange,
                    new Meetings(name, settings, peers, tasks));
            tellChoice(starts);
            return agent;
        } catch (RuntimeException | Error e) {
            starts.closeAll();
            throw e;
        }
    }

    /** The exchange that the settings name, which must be there; null when they name none. */
    private @Nullable ExchangeImpl exchange(String agentName, Peers peers, Tasks tasks) {
        String name = settings.get(AgentOptions.EXCHANGE);
        return name.isEmpty()
                ? null
                : new ExchangeImpl(exchanges.provider(name), settings.exchange(name), agentName, peers, tasks);
    }

    private static void closeQuietly(@Nullable ExchangeImpl exchange) {
        if (exchange != null) {
            exchange.close(Duration.ZERO);
        }
    }

    private static void tellChoice(BackendStarts starts) {
        List<String> running = starts.slots().stream().map(s -> s.name).toList();
        List<String> others = new ArrayList<>();
        for (BackendInfo info : starts.infos()) {
            if (info.state() != BackendInfo.State.ACTIVE) {
                others.add(info.name() + ": " + info.reason());
            }
        }
        boolean broken = starts.infos().stream().anyMatch(i -> i.state() == BackendInfo.State.BROKEN);
        say(
                broken || running.isEmpty() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                "backends " + running + (others.isEmpty() ? "" : "; not running: " + String.join("; ", others)));
    }

    private static void say(System.Logger.Level level, String message) {
        if (SAID.size() < 1000 && SAID.add(message)) {
            LOG.log(level, message);
        }
    }

    private record Context(String agentName, ProgressPolicy progress, NotificationSink notifications, Peers peers)
            implements BackendContext {
        @Override
        public void peerLost(BackendPeer peer, Throwable why) {
            peers.lost(peer, why);
        }

        @Override
        public void peerConnected(BackendPeer peer) {
            peers.connected(peer);
        }

        @Override
        public void peerSuspect(BackendPeer peer, Throwable why) {
            peers.suspect(peer, why);
        }
    }

    /** What was found, for a report when no agent can be made. */
    public List<BackendInfo> inventory() {
        return found.stream().map(BackendStarts::notStarted).toList();
    }

    /** The options of each backend that was found, by name. */
    public Map<String, List<OptionSpec<?>>> backendOptions() {
        return Collections.unmodifiableMap(backendOptions);
    }

    /** The options of each metadata exchange that was found, by name. */
    public Map<String, List<OptionSpec<?>>> exchangeOptions() {
        return exchanges.options();
    }

    /** The settings. */
    public Settings settings() {
        return settings;
    }
}
