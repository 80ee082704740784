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
 * GPU and host memory to file over cuFile, one call per descriptor on several threads. This release knows its
 * options and looks at the machine's libraries, but cannot move bytes through them: {@link #availability()} says so, and
 * {@link #create} refuses.
 *
 * <p>Stateless; any thread may call. The first question loads cuFile and the CUDA driver's library, for the rest of the
 * process's life.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class GdsMtBackendProvider implements BackendProvider {
    private static final String NAME = "GDS_MT";

    private final String cufile;
    private final String cuda;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public GdsMtBackendProvider() {
        this(GdsProbe.CUFILE, GdsProbe.CUDA);
    }

    GdsMtBackendProvider(String cufile, String cuda) {
        this.cufile = cufile;
        this.cuda = cuda;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Both would open the one cuFile driver of the process. */
    @Override
    public Set<String> excludes() {
        return Set.of("GDS");
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.VRAM, MemoryKind.FILE);
    }

    @Override
    public int preference() {
        return 55;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return GdsOptions.THREADED;
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
