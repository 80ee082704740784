// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Two processes that leave their metadata in etcd; all else they say by notifications. */
final class EtcdRendezvous {
    private static final String LEASE = "30s";
    private static final String DEFAULT_ENDPOINTS = "http://localhost:2379";

    private final MeetingOptions options;
    private final Duration timeout;

    EtcdRendezvous(MeetingOptions options, Duration timeout) {
        this.options = options;
        this.timeout = timeout;
    }

    /** The name of the agent in this role. */
    String name(Role role) {
        return "bench-" + options.group + "-" + role.name().toLowerCase(Locale.ROOT);
    }

    /** The agent's settings with an etcd in them. */
    Config config(Config config) {
        return config.with("agent.exchange", "etcd")
                .with("agent.metadata_timeout", timeout.toSeconds() + "s")
                .with("exchanges.etcd.endpoints", options.etcd == null ? DEFAULT_ENDPOINTS : options.etcd)
                .with("exchanges.etcd.lease_ttl", LEASE);
    }

    /** What it means that there is no agent with these settings. */
    static RuntimeException explain(NixlException e) {
        boolean missing = e.code() == ErrorCode.NOT_FOUND
                && String.valueOf(e.getMessage()).contains("exchange");
        return missing
                ? RunFailure.error(
                        "ETCD needs jnixl-metadata-etcd and what it depends on, which are not on the class path; add"
                                + " their jars, or meet by TCP: --asio_address",
                        e)
                : e;
    }

    /** Waits for the partner. */
    Meeting meet(Agent agent, Hello own) {
        Role role = options.role;
        end(agent.exchange().publish());
        Peer peer = end(agent.exchange().fetch(name(role == Role.TARGET ? Role.INITIATOR : Role.TARGET)));
        NotificationChannel channel = new NotificationChannel(agent, peer);
        try {
            channel.send(own.encode());
            Hello theirs = Hello.decode(channel.receiveBytes(timeout, "greeting"));
            return new Meeting(role, theirs.buffer(), peer, theirs.sweep(), channel);
        } catch (IllegalArgumentException e) {
            channel.close();
            throw RunFailure.error(peer.name() + " does not speak the protocol of jnixl bench: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static <T> T end(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof NixlException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
