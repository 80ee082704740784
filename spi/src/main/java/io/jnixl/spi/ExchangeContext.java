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
     * Says that an agent, whose metadata was fetched here, has withdrawn it or is gone: the peer is invalidated. Any thread,
     * one that holds locks of the exchange's as well; does not block. A name that is not known, or not any more, does
     * nothing.
     *
     * <p>Speaks of what {@link MetadataExchange#fetch} has answered last for this agent. Where an agent has published anew
     * meanwhile, the end of the former publication must not be told after a fetch has answered with the new one.
     */
    void withdrawn(String agent);
}
