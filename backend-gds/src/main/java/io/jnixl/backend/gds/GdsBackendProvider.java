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
import java.util.stream.Stream;

/**
 * GPU and host memory to file and back over cuFile, in batches.
 *
 * <p>Stateless; any thread may call. The first question loads cuFile and the CUDA driver's library, for the rest of the
 * process's life. A backend has one thread for each batch, {@code batch_pool_size} in all; they sleep while there is nothing to move, and
 * completion callbacks run there. Cannot run beside GDS_MT in one agent.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class GdsBackendProvider implements BackendProvider {
    private static final String NAME = "GDS";
    private static final List<String> SYMBOLS = Stream.concat(
                    CuFileNative.SYMBOLS.stream(), CuFileNative.BATCH_SYMBOLS.stream())
            .toList();

    private final String cufile;
    private final String cuda;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public GdsBackendProvider() {
        this(CuFileNative.soname(), CudaNative.soname());
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

    /**
     * Available where cuFile, with batches, and the CUDA driver are installed and there is a GPU; the features name GPUs, driver and
     * the way that bytes are likely to go. Initialises CUDA when both are installed, and opens nothing.
     */
    @Override
    public Availability availability() {
        return GdsProbe.availability(cufile, cuda, SYMBOLS);
    }

    /** Over the CUDA driver, whether cuFile is there or not. */
    @Override
    public Optional<DeviceMemory> deviceMemory() {
        return Optional.of(new CudaMemory());
    }

    /**
     * Opens cuFile's driver, which the process has one of, and sets up the batches.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} and what {@link #availability()} says, or with
     *     {@link ErrorCode#BACKEND} and cuFile's error
     */
    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        if (availability() instanceof Unavailable no) {
            throw no.toException(ErrorCode.NOT_SUPPORTED, NAME);
        }
        return GdsBackend.batched(
                NAME,
                config.get(GdsOptions.BATCH_POOL_SIZE),
                config.get(GdsOptions.BATCH_LIMIT),
                config.get(GdsOptions.MAX_REQUEST_SIZE),
                context);
    }
}
