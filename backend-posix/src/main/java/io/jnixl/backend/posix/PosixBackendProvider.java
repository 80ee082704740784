// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

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
 * Host memory to file. This release knows its options and looks at the machine's liburing and kernel, but cannot move bytes:
 * {@link #availability()} says so, and {@link #create} refuses.
 *
 * <p>Stateless; any thread may call. The first question loads liburing, for the rest of the process's life.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class PosixBackendProvider implements BackendProvider {
    private static final String NAME = "POSIX";

    private final String soname;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public PosixBackendProvider() {
        this(PosixProbe.SONAME);
    }

    PosixBackendProvider(String soname) {
        this.soname = soname;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.FILE);
    }

    @Override
    public int preference() {
        return 50;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return PosixOptions.ALL;
    }

    /** Always a no in this release; the reason says what of the rest is there. */
    @Override
    public Unavailable availability() {
        return PosixProbe.unavailable(soname);
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
