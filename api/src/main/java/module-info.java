// SPDX-License-Identifier: Apache-2.0

/**
 * What applications call: the agent, descriptor lists, transfers, statuses and exceptions.
 *
 * <p>The implementation is found through {@link io.jnixl.api.AgentFactory}; it lives in {@code io.jnixl.agent}.
 */
@org.jspecify.annotations.NullMarked
module io.jnixl.api {
    requires static org.jspecify;

    exports io.jnixl.api;

    uses io.jnixl.api.AgentFactory;
}
