// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.WatchCreateRequest.FilterType;
import io.grpc.StatusRuntimeException;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import java.time.Duration;

/** Metadata in etcd, laid out and watched as native NIXL does. */
final class EtcdExchange implements MetadataExchange {
    private static final System.Logger LOG = System.getLogger("io.jnixl.metadata.etcd");
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Servers servers;
    private final Keys keys;
    private final Store store;
    private final Publication own;
    private final PeerWatches watches;

    /**
     * Connects to nobody yet.
     *
     * @param leaseTtl zero: no lease
     */
    EtcdExchange(Access access, String namespace, Duration leaseTtl, ExchangeContext context) {
        servers = new Servers(access);
        keys = new Keys(namespace);
        store = new Store(servers, keys);
        own = new Publication(context.agentName(), store, new Leases(servers), leaseTtl);
        watches = new PeerWatches(servers, store, keys, context);
    }

    @Override
    public void publish(String label, byte[] metadata, Duration timeout) {
        if (metadata.length > Servers.LARGEST) {
            throw NixlException.of(
                            ErrorCode.BACKEND,
                            "metadata of " + metadata.length + " bytes is too much for etcd; " + Servers.LARGEST
                                    + " are the most")
                    .remedy("publish less by partialMetadata, or use the exchange files")
                    .build();
        }
        own.put(label, UnsafeByteOperations.unsafeWrap(metadata), Deadline.in(timeout));
    }

    @Override
    public byte[] fetch(String agent, String label, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        while (true) {
            Snapshot now = store.read(agent, label, deadline);
            if (!now.value().isEmpty() && watches.watch(agent, now)) {
                return now.value().toByteArray();
            }
            awaitPut(agent, label, now.revision() + 1, deadline);
        }
    }

    /** Returns when it is worth reading again. */
    private void awaitPut(String agent, String label, long from, Deadline deadline) {
        ByteString key = keys.of(agent, label);
        try {
            if (!servers.awaitEvent(key, from, FilterType.NODELETE, deadline)) {
                throw NixlException.of(
                                ErrorCode.TIMED_OUT,
                                "nothing was published in etcd under " + Failures.shown(key.toStringUtf8()))
                        .peer(agent)
                        .remedy("see that the agent runs, publishes, and has the same exchanges.etcd.namespace")
                        .build();
            }
        } catch (StatusRuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "a watch broke", e);
            deadline.pause(PAUSE);
        }
    }

    @Override
    public void withdraw(Duration timeout) {
        own.withdraw(Deadline.in(timeout));
    }

    @Override
    public void close() {
        watches.close();
        own.close();
        servers.close();
    }
}
