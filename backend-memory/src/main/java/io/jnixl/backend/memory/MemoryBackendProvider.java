// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.MemoryKind;
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
 * The backend {@code MEMORY}: host memory and files, within an agent and between agents of one process, in pure Java. It
 * runs everywhere, needs no native access, and stands behind every other backend.
 *
 * <p>It completes asynchronously like the others: copies run on daemon threads that each backend owns, starts when first
 * needed and ends in its {@code close}. Posting copies between host memories allocates nothing.
 *
 * <p>Limits: host memory must come as a segment, since raw addresses need native access. Files must be named by path; they
 * are not published to peers. A transfer moves between two host memories, or between one and files. {@code NOATIME} is
 * refused. A backend that nobody closes is never collected.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class MemoryBackendProvider implements BackendProvider {

    /** The name of this backend. */
    public static final String NAME = "MEMORY";

    /** Threads that copy between host memories. */
    static final OptionSpec<Integer> COPY_THREADS = OptionSpec.integer(
                    "copy_threads", "threads that copy between host memories; one keeps posts in order", 1, 64)
            .withDefault("1");

    /** Threads that read and write files. */
    static final OptionSpec<Integer> FILE_THREADS = OptionSpec.integer(
                    "file_threads", "threads that read and write files; each transfer uses one at a time", 1, 256)
            .withDefault("4");

    /** The step between two looks at cancellation. */
    static final OptionSpec<Long> CHUNK = OptionSpec.bytes(
                    "chunk",
                    "bytes moved between two looks at cancellation and deregistration; rounded down to 64 KiB",
                    64 << 10,
                    1 << 30)
            .withDefault("1M");

    /** For {@link java.util.ServiceLoader}. */
    public MemoryBackendProvider() {}

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
        return -100;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(COPY_THREADS, FILE_THREADS, CHUNK);
    }

    @Override
    public Availability availability() {
        return Availability.available("", "pure Java", "agents of one process", "files by path");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return MemoryBackend.start(config, context);
    }
}
