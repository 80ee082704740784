// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.concurrent.CompletableFuture;

/**
 * The place where agents leave their metadata for one another: etcd, a shared folder, or what another provider brings. The
 * setting {@code agent.exchange} names it, the table {@code [exchanges.NAME]} configures it.
 *
 * <p>Each future ends when the matter is done or {@code agent.metadata_timeout} is over, with a {@link NixlException} as
 * cause if it failed: {@link ErrorCode#TIMED_OUT}, {@link ErrorCode#BACKEND} with what the exchange said,
 * {@link ErrorCode#CANCELED} when the agent closes.
 *
 * <p>Thread-safe. No method blocks. Publishing and withdrawing happen in the order of the calls, one after the other; fetching
 * is not ordered with them.
 *
 * @see Agent#exchange()
 * @since 0.1
 */
public interface Exchange {
    /** The label of an agent's whole metadata. */
    String FULL = "metadata";

    /** The name of its provider, such as {@code etcd}. */
    String name();

    /**
     * Publishes this agent's whole metadata under the label {@link #FULL}, in place of what was there.
     *
     * <p>Fails also as {@link Agent#metadata()} does.
     */
    CompletableFuture<Void> publish();

    /**
     * Publishes metadata that {@link Agent#partialMetadata} made.
     *
     * @param label not empty, without {@code /}
     * @param metadata copied before this returns
     */
    CompletableFuture<Void> publish(String label, byte[] metadata);

    /** Fetches the whole metadata of an agent and loads it; see {@link #fetch(String, String)}. */
    default CompletableFuture<Peer> fetch(String agent) {
        return fetch(agent, FULL);
    }

    /**
     * Fetches what an agent published under a label and loads it; waits for it if it is not there yet. From then on the
     * peer is invalidated, with a {@link PeerEvent.Invalidated}, when its metadata is withdrawn.
     *
     * <p>Fails also with {@link ErrorCode#MISMATCH} when the metadata found there is another agent's, and as
     * {@link Agent#loadPeer} does.
     */
    CompletableFuture<Peer> fetch(String agent, String label);

    /**
     * Takes away all that this agent published, under every label. Closing the agent does so too.
     */
    CompletableFuture<Void> withdraw();
}
