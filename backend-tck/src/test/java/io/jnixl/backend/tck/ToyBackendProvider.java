// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.SpiVersion;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Makes toy backends with one flaw, or none. */
@SpiVersion(SpiVersion.CURRENT)
public final class ToyBackendProvider implements BackendProvider {
    private final Flaw flaw;

    public ToyBackendProvider() {
        this(Flaw.NONE);
    }

    ToyBackendProvider(Flaw flaw) {
        this.flaw = flaw;
    }

    @Override
    public String name() {
        return flaw == Flaw.BAD_NAME ? "toy backend" : "TOY";
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM);
    }

    @Override
    public Availability availability() {
        if (flaw == Flaw.SLOW_QUESTIONS) {
            LockSupport.parkNanos(Duration.ofMillis(120).toNanos());
        }
        return Availability.available("1", "a toy");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return new ToyBackend(flaw, context);
    }
}
