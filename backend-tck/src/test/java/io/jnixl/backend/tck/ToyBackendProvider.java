// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Makes toy backends with one flaw, or none. */
@SpiVersion(SpiVersion.CURRENT)
public class ToyBackendProvider implements BackendProvider {
    static final OptionSpec<Integer> ROOM = OptionSpec.integer(
                    "room", "posts that wait without more memory", 1, 1 << 20)
            .withDefault("1024");

    private final Flaw flaw;
    private final AtomicInteger asked = new AtomicInteger();

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
        return flaw == Flaw.TAKES_NO_MEMORY ? Set.of() : Set.of(MemoryKind.DRAM);
    }

    @Override
    public List<OptionSpec<?>> options() {
        return flaw == Flaw.OPTIONS_OF_ONE_NAME ? List.of(ROOM, ROOM) : List.of(ROOM);
    }

    @Override
    public Set<String> excludes() {
        return flaw == Flaw.EXCLUDES_ITSELF ? Set.of("TOY") : Set.of();
    }

    @Override
    public Availability availability() {
        if (flaw == Flaw.SLOW_QUESTIONS) {
            LockSupport.parkNanos(Duration.ofMillis(120).toNanos());
        }
        if (flaw == Flaw.AVAILABILITY_THROWS && asked.incrementAndGet() > 1) {
            throw new IllegalStateException("asked too often");
        }
        return Availability.available("1", "a toy");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        asked.set(0);
        return new ToyBackend(flaw, context, room(config));
    }

    private int room(BackendConfig config) {
        try {
            return config.get(ROOM);
        } catch (NixlException e) {
            throw flaw == Flaw.CHOKES_ON_AN_OPTION ? new IllegalStateException("not a number", e) : e;
        }
    }
}
