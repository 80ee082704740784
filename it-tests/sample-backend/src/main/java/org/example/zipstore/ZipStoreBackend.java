// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The store of one agent. Thread-safe, but for {@link #close()}. */
final class ZipStoreBackend implements Backend {
    /** Keys come from outside, so they name no other folder: no separators, and no dot in front. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    /** Host memory. The agent lets no transfer use it once it is closed, and there is nothing to free. */
    record Memory(MemorySegment segment) implements RegisteredMemory {
        @Override
        public void close() {}
    }

    private final Path folder;
    private final int level;
    private final Workers workers;
    private final Locks locks = new Locks();
    private final Volume volume = new Volume();

    ZipStoreBackend(Path folder, int level, int threads, String agentName) {
        this.folder = folder;
        this.level = level;
        workers = new Workers("zipstore-" + agentName, threads, () -> new Chunk(level, volume));
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.localOnly();
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM -> memory(region);
            case OBJ -> object(new String(region.metaInfo(), StandardCharsets.UTF_8));
            default -> throw refused(ErrorCode.NOT_SUPPORTED, region + " is neither host memory nor an object");
        };
    }

    private static Memory memory(MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment == null) {
            throw refused(ErrorCode.NOT_SUPPORTED, region + " is a raw address; register the segment itself");
        }
        return new Memory(segment);
    }

    private StoredObject object(String key) {
        if (!KEY.matcher(key).matches()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "an object's key is 1 to 200 letters, digits, _, - and . (not in front), not \"" + key + "\"");
        }
        try {
            return new StoredObject(key, Files.createDirectories(folder.resolve(key)), locks);
        } catch (IOException e) {
            throw NixlException.of(ErrorCode.BACKEND, "object " + key + " cannot be made: " + e)
                    .backend(ZipStoreProvider.NAME)
                    .cause(e)
                    .build();
        }
    }

    /** Objects are always the far side. */
    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return local == MemoryKind.DRAM && remote == MemoryKind.OBJ;
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        if (!request.options().isEmpty()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "there are no transfer options, and thus no "
                            + request.options().keySet());
        }
        return new ZipStoreTransfer(
                request,
                all(request.local(), Memory.class, "local").toArray(Memory[]::new),
                all(request.remote(), StoredObject.class, "remote").toArray(StoredObject[]::new),
                workers);
    }

    private static <T> List<T> all(List<? extends RegionHandle> handles, Class<T> type, String side) {
        for (int i = 0; i < handles.size(); i++) {
            if (!type.isInstance(handles.get(i))) {
                throw refused(
                        ErrorCode.NOT_SUPPORTED,
                        side + " region " + i + ": the local side is host memory, the remote side objects");
            }
        }
        return handles.stream().map(type::cast).toList();
    }

    private static NixlException refused(ErrorCode code, String message) {
        return NixlException.of(code, message).backend(ZipStoreProvider.NAME).build();
    }

    @Override
    public BackendDetails details() {
        Map<String, String> traits =
                Map.of("level", Integer.toString(level), "threads", Integer.toString(workers.count()));
        return new BackendDetails(volume.counters(), traits, Map.of());
    }

    @Override
    public void close() {
        workers.close();
    }
}
