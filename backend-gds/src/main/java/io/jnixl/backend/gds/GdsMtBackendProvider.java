// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.DeviceMemory;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GPU and host memory to file and back over cuFile, one call per descriptor on several threads; descriptors over 16 MiB are split.
 *
 * <p>Stateless; any thread may call. The first question loads cuFile and the CUDA driver's library, for the rest of the
 * process's life. A backend has {@code thread_count} threads; completion callbacks run there. Cannot run beside GDS in one agent.
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
        this(CuFileNative.soname(), CudaNative.soname());
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

    /**
     * Available where cuFile and the CUDA driver are installed and there is a GPU; the features name GPUs, driver and the way that
     * bytes are likely to go. Initialises CUDA when both are installed, and opens nothing.
     */
    @Override
    public Availability availability() {
        return GdsProbe.availability(cufile, cuda, CuFileNative.SYMBOLS);
    }

    /** Over the CUDA driver, whether cuFile is there or not. */
    @Override
    public Optional<DeviceMemory> deviceMemory() {
        return Optional.of(new CudaMemory());
    }

    /**
     * Opens cuFile's driver, which the process has one of.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} and what {@link #availability()} says, or with
     *     {@link ErrorCode#BACKEND} and cuFile's error
     */
    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        if (availability() instanceof Unavailable no) {
            throw no.toException(ErrorCode.NOT_SUPPORTED, NAME);
        }
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return GdsBackend.threaded(NAME, config.find(GdsOptions.THREAD_COUNT).orElse(half), context);
    }
}
