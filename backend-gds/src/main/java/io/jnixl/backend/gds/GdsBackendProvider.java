// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

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
 * GPU and host memory to file over cuFile, in batches. This release knows its
 * options and looks at the machine's libraries, but cannot move bytes through them: {@link #availability()} says so, and
 * {@link #create} refuses.
 *
 * <p>Stateless; any thread may call. The first question loads cuFile and the CUDA driver's library, for the rest of the
 * process's life.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class GdsBackendProvider implements BackendProvider {
    private static final String NAME = "GDS";

    private final String cufile;
    private final String cuda;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public GdsBackendProvider() {
        this(GdsProbe.CUFILE, GdsProbe.CUDA);
    }

    GdsBackendProvider(String cufile, String cuda) {
        this.cufile = cufile;
        this.cuda = cuda;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.VRAM, MemoryKind.FILE);
    }

    @Override
    public int preference() {
        return 60;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return GdsOptions.BATCHED;
    }

    /** Always a no in this release; the reason says what of the rest is there. */
    @Override
    public Unavailable availability() {
        return GdsProbe.unavailable(cufile, cuda);
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
