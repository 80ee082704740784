// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.agent.internal.config.DecoratorOptions;
import io.jnixl.agent.internal.config.Spelling;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/** The decorators of one backend, as the settings name them. Immutable. */
public final class Decorations {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final String FAULTS = "faults";
    private static final String METRICS = "metrics";

    private final String backend;
    private final List<String> names;
    private final List<Fault> faults;
    private final long delayNanos;

    /**
     * Reads the settings.
     *
     * @param backend the backend's name
     * @param config values of {@link DecoratorOptions}
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a decorator or a fault that there is not,
     *     or a decorator that is named twice
     */
    public Decorations(String backend, BackendConfig config) {
        this.backend = backend;
        this.names = config.get(DecoratorOptions.APPLY);
        this.faults = config.get(DecoratorOptions.FAULTS).stream()
                .map(text -> Fault.parse(key(DecoratorOptions.FAULTS.name()), text))
                .toList();
        this.delayNanos = config.get(DecoratorOptions.DELAY).toNanos();
        names.forEach(this::requireKnown);
        requireOnce();
    }

    private String key(String option) {
        return "decorators." + backend + "." + option;
    }

    private void requireKnown(String name) {
        List<String> known = List.of(FAULTS, METRICS);
        if (!known.contains(name)) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            key(DecoratorOptions.APPLY.name()) + ": there is no decorator \"" + name + "\"")
                    .backend(backend)
                    .remedy(Spelling.remedy(name, known))
                    .build();
        }
    }

    private void requireOnce() {
        if (new HashSet<>(names).size() < names.size()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            key(DecoratorOptions.APPLY.name()) + ": " + names + " names a decorator twice")
                    .backend(backend)
                    .remedy("name each once")
                    .build();
        }
    }

    /**
     * Makes the backend with all its decorators around it.
     *
     * @param agent the agent's side
     * @param maker makes the backend itself, given its side of the innermost decorator
     */
    public Backend around(BackendContext agent, Function<BackendContext, Backend> maker) {
        Function<BackendContext, Backend> made = maker;
        for (String name : names.reversed()) {
            Function<BackendContext, Backend> inner = made;
            made = context -> DecoratedBackend.around(interceptor(name, agent), context, inner);
        }
        return made.apply(agent);
    }

    private Interceptor interceptor(String name, BackendContext agent) {
        if (name.equals(METRICS)) {
            return new Metrics();
        }
        if (!faults.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "backend " + backend + " runs with injected faults: "
                            + faults.stream().map(Fault::text).toList());
        }
        return new Faults(backend, agent.agentName(), faults, delayNanos);
    }
}
