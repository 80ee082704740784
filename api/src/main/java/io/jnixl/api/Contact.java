// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * The address at which another agent listens for metadata. Nothing is sent before the first call; the connection is kept
 * for later ones and made anew when it broke.
 *
 * <p>Each future ends when the matter is done or {@code agent.metadata_timeout} is over, with a {@link NixlException} as
 * cause if it failed: {@link ErrorCode#TIMED_OUT}; {@link ErrorCode#REMOTE_DISCONNECT} when nobody listens or the
 * connection breaks; {@link ErrorCode#NOT_ALLOWED} when the other side refuses, or one side asks for a secret
 * ({@code agent.listen_secret}) that the other does not know; {@link ErrorCode#CANCELED} when the agent closes. The caller
 * may cancel it; a fetch that is given up costs the connection, which the next call makes anew.
 *
 * <p>The connection serves the other side as well: what it sends, asks or says over it is treated as at a
 * {@link Listener}, and needs the same permission.
 *
 * <p>Thread-safe. No method blocks. What one contact sends and invalidates arrives in the order of the calls; fetching, and other
 * contacts with the same address, are not ordered with it.
 *
 * @see Agent#contact(String, int)
 * @since 0.1
 */
public interface Contact {

    /** Where it is, as given; not resolved. */
    InetSocketAddress address();

    /**
     * Fetches the metadata of whoever listens there and loads it.
     *
     * <p>Fails also with {@link ErrorCode#NOT_FOUND} when that agent has nothing that others could reach, and as
     * {@link Agent#loadPeer} does.
     */
    CompletableFuture<Peer> fetch();

    /**
     * Sends this agent's whole metadata as it is now, for the other side to load. Ends when the bytes are handed to the
     * system: native NIXL's protocol has no answer, so that the other side may still refuse them. A jnixl agent that asks
     * for a secret says so when this side has none; that comes too late for the future, and is logged.
     *
     * @return fails with {@link ErrorCode#INVALID_PARAM} also for more than 1 GiB, which no agent takes
     * <p>Fails also as {@link Agent#metadata()} does.
     */
    CompletableFuture<Void> send();

    /**
     * Sends metadata that {@link Agent#partialMetadata} made; see {@link #send()}.
     *
     * @param metadata copied before this returns
     * @return as that of {@link #send()}
     */
    CompletableFuture<Void> send(byte[] metadata);

    /** Tells the other side to forget this agent. Ends as {@link #send()} does: there is no answer. */
    CompletableFuture<Void> invalidate();
}
