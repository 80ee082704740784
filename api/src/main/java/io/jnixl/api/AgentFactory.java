// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * How this module finds the agent's implementation: by {@link java.util.ServiceLoader}. Applications call
 * {@link Agent#builder} instead.
 *
 * @since 0.1
 */
public interface AgentFactory {

    /** Makes an agent; see {@link Agent#create}. */
    Agent create(String name, Config config, ClassLoader backends);
}
