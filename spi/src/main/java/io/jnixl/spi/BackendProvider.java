// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of backend, as {@link java.util.ServiceLoader} finds it: listed in
 * {@code META-INF/services/io.jnixl.spi.BackendProvider} and, in a named module, in {@code provides}. It has a public
 * constructor without arguments and carries {@link SpiVersion}.
 *
 * <p>Cheap until {@link #create}: neither the constructor nor the questions open anything or take noticeable time; a
 * native library may be loaded to answer {@link #availability()}. Every method may be called by any thread.
 *
 * @since 0.1
 */
public interface BackendProvider {

    /**
     * The backend's type, such as {@code UCX}: letters, digits, {@code _} and {@code -}. Peers match backends by it; one
     * agent runs one of each.
     */
    String name();

    /** The memory kinds it can take, for either side. */
    Set<MemoryKind> memoryKinds();

    /**
     * Where it stands among backends that could do the same, when neither the application nor the settings give an order:
     * higher comes first, equal ones by name. Native network backends say 100, native storage 50, fallbacks are negative.
     */
    default int preference() {
        return 0;
    }

    /**
     * Backends that cannot run beside this one in an agent, such as another driver of the same library. Naming both is an
     * error; without names, the one of the higher preference runs.
     */
    default Set<String> excludes() {
        return Set.of();
    }

    /** The options that {@link #create} understands; others are refused by the agent. */
    default List<OptionSpec<?>> options() {
        return List.of();
    }

    /** Whether it can run here and now, and if not, why and what to do. Never throws. */
    Availability availability();

    /**
     * How an agent allocates and copies memory of GPUs, where the backend's module knows how; whether it can here shows in the
     * calls. The agent takes the first answer, of providers that cannot run as well.
     */
    default Optional<DeviceMemory> deviceMemory() {
        return Optional.empty();
    }

    /**
     * Makes a backend for one agent.
     *
     * @param config checked values of {@link #options()}
     * @param context the agent's side; may be kept
     * @throws NixlException with what failed and what to do; nothing is left behind then
     */
    Backend create(BackendConfig config, BackendContext context);
}
