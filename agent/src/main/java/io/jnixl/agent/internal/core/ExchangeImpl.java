// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Shown;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The agent's side of a metadata exchange. */
final class ExchangeImpl implements Exchange, ExchangeContext {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final Duration MARGIN = Duration.ofMillis(250);

    /** An answer on its way into the agent, from the question on, which may be withdrawn before it gets there. */
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
    private final Turns turns;
    private final MetadataExchange exchange;
    private final Set<Arrival> arrivals = ConcurrentHashMap.newKeySet();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Supplier<byte[]> metadata = () -> new byte[0];
    private volatile boolean published;
    private volatile boolean closed;

    ExchangeImpl(MetadataExchangeProvider provider, BackendConfig config, String agentName, Peers peers, Tasks tasks) {
        this.name = provider.name();
        this.agentName = agentName;
        this.peers = peers;
        this.tasks = tasks;
        this.turns = new Turns(tasks);
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
        return put(FULL, metadata);
    }

    @Override
    public CompletableFuture<Void> publish(String label, byte[] bytes) {
        byte[] copy = bytes.clone();
        return guarded(() -> put(checkLabel(label), () -> copy));
    }

    /** What is published is what there is when its turn comes. */
    private CompletableFuture<Void> put(String label, Supplier<byte[]> source) {
        return write("publishing metadata by exchange " + name, () -> {
            byte[] bytes = source.get();
            published = true; // also if it fails half-way: withdrawing too much harms nobody
            exchange.publish(label, bytes, patience());
        });
    }

    /** One after the other, as they were called, and none after the last withdrawal: that would be there for ever. */
    private CompletableFuture<Void> write(String what, Runnable code) {
        return turns.run(what, () -> {
            writing.lockInterruptibly();
            try {
                if (closed) {
                    throw new NixlException(ErrorCode.CANCELED, "agent " + agentName + " is closed");
                }
                code.run();
                return null;
            } finally {
                writing.unlock();
            }
        });
    }

    /** A little less than the task has, so that the exchange's own error comes first: it says more. */
    private Duration patience() {
        Duration whole = tasks.timeout();
        Duration tenth = whole.dividedBy(10);
        return whole.minus(tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN);
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
            String what = "fetching " + label + " of agent " + Shown.text(agent) + " by exchange " + name;
            return tasks.run(what, () -> arrive(agent, label));
        });
    }

    private Peer arrive(String agent, String label) {
        long start = System.nanoTime();
        long whole = Durations.nanos(patience());
        while (true) {
            Arrival arrival = new Arrival(agent);
            arrivals.add(arrival);
            try {
                byte[] bytes = exchange.fetch(agent, label, left(start, whole));
                if (arrival.withdrawn) {
                    continue; // these bytes, or those of a former incarnation: the next answer is certain
                }
                LivePeer peer = peers.load(bytes, agent);
                if (arrival.withdrawn) {
                    peers.forget(peer, "its metadata was withdrawn");
                }
                return peer;
            } finally {
                arrivals.remove(arrival);
            }
        }
    }

    private static Duration left(long start, long nanos) {
        return Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - start)));
    }

    @Override
    public CompletableFuture<Void> withdraw() {
        return write("withdrawing metadata from exchange " + name, () -> {
            exchange.withdraw(patience());
            published = false;
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
                .ifPresent(peer -> peers.forgetLater(peer, "its metadata was withdrawn"));
    }

    // ---- the end

    /** Withdraws what was published, and lets go. */
    void close(Duration patience) {
        closed = true;
        if (published) {
            withdrawLast(Durations.nanos(patience));
        }
        try {
            exchange.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "agent " + agentName + ": closing exchange " + name + " failed", e);
        }
    }

    /** After what is being written, which was interrupted. */
    private void withdrawLast(long patienceNanos) {
        long start = System.nanoTime();
        boolean alone = false;
        try {
            alone = writing.tryLock(patienceNanos, TimeUnit.NANOSECONDS);
            exchange.withdraw(left(start, patienceNanos));
        } catch (RuntimeException e) {
            tellLeftBehind(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tellLeftBehind(e);
        } finally {
            if (alone) {
                writing.unlock();
            }
        }
    }

    private void tellLeftBehind(Exception why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "agent " + agentName + ": its metadata stays in exchange " + name + ", where it misleads peers",
                why);
    }
}
