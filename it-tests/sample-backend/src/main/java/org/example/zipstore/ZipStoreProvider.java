// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

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

/** The backend {@code ZIPSTORE}, as agents find it. Stateless; any thread may call. */
@SpiVersion(SpiVersion.CURRENT)
public final class ZipStoreProvider implements BackendProvider {
    static final String NAME = "ZIPSTORE";

    static final OptionSpec<Path> FOLDER = OptionSpec.path(
                    "folder", "the folder that holds the objects, one folder each")
            .required();

    static final OptionSpec<Integer> LEVEL = OptionSpec.integer(
                    "level", "how hard to compress: 0 is not at all, 1 is fast, 9 is small", 0, 9)
            .withDefault("1");

    static final OptionSpec<Integer> THREADS = OptionSpec.integer(
                    "threads", "threads that compress; each works for one transfer at a time", 1, 64)
            .withDefault("2");

    /** For {@link java.util.ServiceLoader}, so it does nothing. */
    public ZipStoreProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.OBJ);
    }

    /** Behind any other store of objects, which will be faster. */
    @Override
    public int preference() {
        return -100;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(FOLDER, LEVEL, THREADS);
    }

    @Override
    public Availability availability() {
        return Availability.available("1.0", "objects in a folder, deflated");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        Path folder = config.get(FOLDER);
        if (!Files.isDirectory(folder)) {
            throw NixlException.of(ErrorCode.BACKEND, "there is no folder " + folder)
                    .backend(NAME)
                    .remedy("make it, or change backends.ZIPSTORE.folder (" + config.origin(FOLDER) + ")")
                    .build();
        }
        return new ZipStoreBackend(folder, config.get(LEVEL), config.get(THREADS), context.agentName());
    }
}
