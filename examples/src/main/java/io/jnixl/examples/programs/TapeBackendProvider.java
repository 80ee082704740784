// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A backend of one's own, small and whole: host memory to objects of a tape library, which here is a folder with a file for
 * each object. An object is registered as {@code MemoryRegion.storage(MemoryKind.OBJ, device, 0, 0, key)}: the device is any
 * number by which descriptors name it, the key its name in the library.
 *
 * <p>Stateless; any thread may call.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class TapeBackendProvider implements BackendProvider {
    /** The backend's name. */
    public static final String NAME = "TAPE";

    static final OptionSpec<Path> LIBRARY =
            OptionSpec.path("library", "the folder that holds the objects").required();

    /** For {@link java.util.ServiceLoader}, so it does nothing. */
    public TapeBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.OBJ);
    }

    /** A tape is slow: whoever else can do a transfer goes first. */
    @Override
    public int preference() {
        return -1000;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(LIBRARY);
    }

    /** Folders are everywhere. One that wraps a library would look for it here, and say what to install. */
    @Override
    public Availability availability() {
        return Availability.available("1.0", "objects in a folder");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        Path library = config.get(LIBRARY);
        if (!Files.isDirectory(library)) {
            throw NixlException.of(ErrorCode.BACKEND, "there is no folder " + library)
                    .backend(NAME)
                    .remedy("make it, or change backends.TAPE.library (" + config.origin(LIBRARY) + ")")
                    .build();
        }
        return new TapeBackend(library, context.agentName());
    }
}
