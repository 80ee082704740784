// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import java.util.Set;

/** A provider that the program makes, under a name of its choice. */
record Named(String name) implements BackendProvider {
    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM);
    }

    @Override
    public Availability availability() {
        return Availability.available("");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        throw new UnsupportedOperationException();
    }
}
