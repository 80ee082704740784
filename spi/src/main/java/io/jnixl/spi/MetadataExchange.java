// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;

/**
 * A place where agents leave their metadata for one another, as one agent uses it.
 *
 * <p>What is published is opaque bytes under an agent's name and a label. What comes back is a stranger's: the agent checks
 * it, but an exchange bounds what it reads by {@link #MAX_BYTES} before it takes memory for it.
 *
 * <p>The methods block and run on virtual threads of the agent, several at once, except {@link #close()}, which comes last,
 * once, and may overlap with calls that are under way: those end soon, with whatever error. {@link #publish} and
 * {@link #withdraw} come one after the other. A thread that is interrupted gives up with {@link ErrorCode#CANCELED}. Failures are {@link NixlException}s with {@link ErrorCode#BACKEND}, what the
 * other side said, and what to do.
 *
 * @since 0.1
 */
public interface MetadataExchange extends AutoCloseable {
    /** The most bytes of one agent's metadata: 1 GiB, as native NIXL has it for its sockets. */
    int MAX_BYTES = 1 << 30;

    /**
     * Puts this agent's metadata under a label, in place of what was there; whoever fetches sees all of it or nothing.
     *
     * @param label not empty, without {@code /}
     * @param metadata belongs to the exchange from now on; not changed by the agent
     * @param timeout how long to try
     */
    void publish(String label, byte[] metadata, Duration timeout);

    /**
     * What another agent published under a label, which may be this moment or later: waits for it, without losing what is
     * published meanwhile. From its answer on the exchange watches that agent, until {@link #close()}, and tells
     * {@link ExchangeContext#withdrawn} when its metadata is taken away.
     *
     * @param agent not empty
     * @param label not empty, without {@code /}
     * @param timeout how long to wait
     * @return the bytes, not empty
     * @throws NixlException with {@link ErrorCode#TIMED_OUT} when there was none in time
     */
    byte[] fetch(String agent, String label, Duration timeout);

    /**
     * Takes away all that this agent has published here, under every label; nothing when there is nothing.
     *
     * @param timeout how long to try
     */
    void withdraw(Duration timeout);

    /** Lets go of connections and watches. Withdraws nothing: the agent does that before. */
    @Override
    void close();
}
