// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Exchange;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The agent's side of a metadata exchange. */
final class ExchangeImpl implements Exchange, ExchangeContext {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** An answer on its way into the agent, which may be withdrawn before it gets there. */
    private static final class Arrival {
        private final String agent;
        private volatile boolean withdrawn;

        Arrival(String agent) {
            this.agent = agent;
        }
    }

    private final String name;
    private final String agentName;
    private final Peers peers;
    private final Tasks tasks;
    private final MetadataExchange exchange;
    private final Set<Arrival> arrivals = ConcurrentHashMap.newKeySet();
    private volatile Supplier<byte[]> metadata = () -> new byte[0];
    private volatile boolean published;

    ExchangeImpl(MetadataExchangeProvider provider, BackendConfig config, String agentName, Peers peers, Tasks tasks) {
        this.name = provider.name();
        this.agentName = agentName;
        this.peers = peers;
        this.tasks = tasks;
        this.exchange = provider.create(config, this);
    }

    /** Whence to take the agent's own metadata, which comes to be after this. */
    void start(Supplier<byte[]> source) {
        metadata = source;
    }

    @Override
    public String name() {
        return name;
    }

    // ---- the application's

    @Override
    public CompletableFuture<Void> publish() {
        return guarded(() -> put(FULL, metadata.get()));
    }

    @Override
    public CompletableFuture<Void> publish(String label, byte[] bytes) {
        byte[] copy = bytes.clone();
        return guarded(() -> put(checkLabel(label), copy));
    }

    private CompletableFuture<Void> put(String label, byte[] bytes) {
        return tasks.run("publishing metadata by exchange " + name, () -> {
            published = true; // also if it fails half-way: withdrawing too much harms nobody
            exchange.publish(label, bytes, tasks.timeout());
            return null;
        });
    }

    @Override
    public CompletableFuture<Peer> fetch(String agent, String label) {
        return guarded(() -> {
            checkLabel(label);
            if (agent.isEmpty() || agent.equals(agentName)) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "an agent fetches the metadata of another")
                        .remedy("use Agent.self() for transfers within the agent")
                        .build();
            }
            return tasks.run("fetching " + label + " of agent " + agent + " by exchange " + name, () -> {
                byte[] bytes = exchange.fetch(agent, label, tasks.timeout());
                return arrive(new Arrival(agent), bytes);
            });
        });
    }

    private Peer arrive(Arrival arrival, byte[] bytes) {
        arrivals.add(arrival);
        try {
            LivePeer peer = peers.load(bytes, arrival.agent);
            if (arrival.withdrawn) {
                peers.forget(peer, "its metadata was withdrawn");
            }
            return peer;
        } finally {
            arrivals.remove(arrival);
        }
    }

    @Override
    public CompletableFuture<Void> withdraw() {
        return tasks.run("withdrawing metadata from exchange " + name, () -> {
            exchange.withdraw(tasks.timeout());
            published = false;
            return null;
        });
    }

    /** What is wrong already now comes by the future as well, so that there is one place to look. */
    private static <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (NixlException e) {
            return Tasks.failed(e);
        }
    }

    private static String checkLabel(String label) {
        Objects.requireNonNull(label, "label");
        if (label.isEmpty() || label.indexOf('/') >= 0) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, "label \"" + label + "\" must not be empty and must not hold a slash");
        }
        return label;
    }

    // ---- the exchange's

    @Override
    public String agentName() {
        return agentName;
    }

    @Override
    public void withdrawn(String agent) {
        for (Arrival arrival : arrivals) {
            if (arrival.agent.equals(agent)) {
                arrival.withdrawn = true;
            }
        }
        // The incarnation of this moment: one that is loaded before the task runs has nothing to do with it.
        peers.find(agent)
                .filter(peer -> !agent.equals(agentName))
                .ifPresent(peer -> peers.events().execute(() -> peers.forget(peer, "its metadata was withdrawn")));
    }

    // ---- the end

    /** Withdraws what was published, and lets go. */
    void close(Duration patience) {
        if (published) {
            try {
                exchange.withdraw(patience);
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "agent " + agentName + ": its metadata stays in exchange " + name + ", where it misleads peers",
                        e);
            }
        }
        try {
            exchange.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "agent " + agentName + ": closing exchange " + name + " failed", e);
        }
    }
}
