// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

/**
 * Ends the agent of an injector. Guice does not end what it makes, so whoever made the injector closes this when the
 * application is done:
 *
 * <pre>{@code
 * Injector injector = Guice.createInjector(new JnixlModule(Config.load()));
 * try (AgentCloser _ = injector.getInstance(AgentCloser.class)) {
 *     injector.getInstance(Application.class).run();
 * }
 * }</pre>
 *
 * <p>Thread-safe. Asking for it makes no agent.
 *
 * @since 0.1
 */
public interface AgentCloser extends AutoCloseable {

    /**
     * Closes the agent if there is one, as {@link io.jnixl.api.Agent#close()} does, and sees that the injector makes none any
     * more; idempotent. Blocks as long as closing an agent may.
     */
    @Override
    void close();
}
