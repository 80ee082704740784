// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.NixlException;
import java.util.List;

/**
 * A kind of metadata exchange, as {@link java.util.ServiceLoader} finds it: listed in
 * {@code META-INF/services/io.jnixl.spi.MetadataExchangeProvider} and, in a named module, in {@code provides}. It has a
 * public constructor without arguments and carries {@link SpiVersion}.
 *
 * <p>Cheap until {@link #create}: neither the constructor nor the questions open anything. Every method may be called by any
 * thread.
 *
 * @since 0.1
 */
public interface MetadataExchangeProvider {

    /** Its name in the setting {@code agent.exchange}, such as {@code etcd}: letters, digits, {@code _} and {@code -}. */
    String name();

    /** The options that {@link #create} understands, in the table {@code [exchanges.NAME]}. */
    default List<OptionSpec<?>> options() {
        return List.of();
    }

    /**
     * Makes an exchange for one agent. Does not wait for a server: one that cannot be reached shows in the calls.
     *
     * @param config checked values of {@link #options()}
     * @param context the agent's side; may be kept
     * @throws NixlException with what is wrong and what to do; nothing is left behind then
     */
    MetadataExchange create(BackendConfig config, ExchangeContext context);
}
