// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * The agent as a metadata exchange sees it. Thread-safe.
 *
 * @since 0.1
 */
public interface ExchangeContext {

    /** The name under which this agent publishes. */
    String agentName();

    /**
     * Says that an agent, whose metadata was fetched here, has withdrawn it or is gone: the peer is invalidated. Any thread;
     * does not block. A name that is not known, or not any more, does nothing.
     */
    void withdrawn(String agent);
}
