// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.net.InetSocketAddress;

/**
 * An open door for metadata: where other agents, native NIXL's too, send theirs, fetch this agent's, and say that one is
 * gone. Made by {@link Agent#listen(String, int)}; closed with the agent at the latest.
 *
 * <p>It serves on threads of its own: neither the application nor a running transfer waits for it. What is wrong with what
 * others send is logged and does no harm to others.
 *
 * <p>Who may connect may do what {@code agent.listen_commands} allows; {@code agent.listen_secret} lets in only jnixl agents
 * that know the secret. Bytes are not encrypted.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public interface Listener extends AutoCloseable {

    /** The address bound, with the port that the system chose where 0 was asked for. */
    InetSocketAddress address();

    /** The port of {@link #address()}. */
    default int port() {
        return address().getPort();
    }

    /** Lets nobody in any more and ends the connections that came in here; idempotent. Does not block. */
    @Override
    void close();
}
