// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Set;

/**
 * Network and cross-process memory over <a href="https://openucx.org">UCX</a>. This release knows its options and looks at
 * the machine's library, but cannot move bytes through it: {@link #availability()} says so, and {@link #create} refuses.
 *
 * <p>Stateless; any thread may call. The first question loads libucp, for the rest of the process's life.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class UcxBackendProvider implements BackendProvider {
    private static final String NAME = "UCX";

    private final String soname;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public UcxBackendProvider() {
        this(UcxProbe.SONAME);
    }

    UcxBackendProvider(String soname) {
        this.soname = soname;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.VRAM);
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return UcxOptions.ALL;
    }

    /** Always a no in this release; the reason says what of the rest is there. */
    @Override
    public Unavailable availability() {
        return UcxProbe.unavailable(soname);
    }

    /**
     * Refuses.
     *
     * @throws NixlException always, with {@link ErrorCode#NOT_SUPPORTED} and what {@link #availability()} says
     */
    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        throw availability().toException(ErrorCode.NOT_SUPPORTED, NAME);
    }
}
