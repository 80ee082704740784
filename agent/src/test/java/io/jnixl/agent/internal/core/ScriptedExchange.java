// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An exchange for tests: a map, and what the test puts in its place. */
@SpiVersion(SpiVersion.CURRENT)
public final class ScriptedExchange implements MetadataExchangeProvider {
    static final OptionSpec<String> ROOM = OptionSpec.string("room", "where").withDefault("here");

    /** What a test does in place of the map. */
    interface Fetch {
        byte[] fetch(String agent, String label, Duration timeout) throws InterruptedException;
    }

    final Map<String, byte[]> published = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Map<String, ExchangeContext> contexts = new ConcurrentHashMap<>();
    volatile Fetch onFetch = (agent, label, timeout) -> published.get(agent + "/" + label);
    volatile Runnable onPublish = () -> {};
    volatile Runnable onCreate = () -> {};

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(ROOM);
    }

    @Override
    public MetadataExchange create(BackendConfig config, ExchangeContext context) {
        onCreate.run();
        calls.add("create " + context.agentName() + " " + config.get(ROOM));
        contexts.put(context.agentName(), context);
        return new Scripted(context.agentName());
    }

    private final class Scripted implements MetadataExchange {
        private final String agent;

        Scripted(String agent) {
            this.agent = agent;
        }

        @Override
        public void publish(String label, byte[] metadata, Duration timeout) {
            calls.add("publish " + agent + " " + label);
            onPublish.run();
            published.put(agent + "/" + label, metadata);
        }

        @Override
        public byte[] fetch(String name, String label, Duration timeout) {
            calls.add("fetch " + name + " " + label);
            try {
                return onFetch.fetch(name, label, timeout);
            } catch (InterruptedException e) {
                calls.add("interrupted");
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void withdraw(Duration timeout) {
            calls.add("withdraw " + agent);
            published.keySet().removeIf(key -> key.startsWith(agent + "/"));
        }

        @Override
        public void close() {
            calls.add("close " + agent);
        }
    }
}
