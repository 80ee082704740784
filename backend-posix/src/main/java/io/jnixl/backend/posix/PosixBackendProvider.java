// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Set;

/**
 * Host memory to file and back, by path or by file descriptor: through io_uring, the kernel's older asynchronous I/O, or a pool of threads.
 *
 * <p>Stateless; any thread may call. The first question loads liburing, for the rest of the process's life. A backend has one
 * thread that owns its ring, or {@code pool_threads}; completion callbacks run there.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class PosixBackendProvider implements BackendProvider {
    static final String NAME = "POSIX";

    private final String soname;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public PosixBackendProvider() {
        this(Uring.SONAME);
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

    /**
     * Available on Linux wherever native access is granted; the first feature says whether io_uring works, and if not, why.
     */
    @Override
    public Availability availability() {
        return PosixProbe.availability(soname);
    }

    /**
     * Makes a backend with the engine that the settings name; with {@code auto}, logs once when that is not io_uring.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} when the engine cannot run here, and why
     */
    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return new PosixBackend(EngineChoice.start(soname, config, context), config.get(PosixOptions.BOUNCE_BUFFER));
    }
}
