// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.decorators;

import io.jnixl.agent.internal.decorators.Decorations;
import io.jnixl.api.MemoryKind;
import io.jnixl.backend.memory.MemoryBackendProvider;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backend MEMORY with all decorators around it, and no faults. */
@SpiVersion(SpiVersion.CURRENT)
public final class DecoratedMemoryProvider implements BackendProvider {
    private final BackendProvider inner = new MemoryBackendProvider();

    /** As a provider must have it. */
    public DecoratedMemoryProvider() {}

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return inner.memoryKinds();
    }

    @Override
    public List<OptionSpec<?>> options() {
        return inner.options();
    }

    @Override
    public Availability availability() {
        return inner.availability();
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return new Decorations(name(), BackendConfig.of(Map.of("apply", "metrics,faults")))
                .around(context, side -> inner.create(config, side));
    }
}
