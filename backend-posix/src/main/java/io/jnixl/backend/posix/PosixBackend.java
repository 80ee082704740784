// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** The backend of one agent: an engine, and nothing to find registrations by, since transfers bring them. */
final class PosixBackend implements Backend {
    private final Engine engine;
    private final long bounceBytes;

    PosixBackend(Engine engine, long bounceBytes) {
        this.engine = engine;
        this.bounceBytes = bounceBytes;
    }

    /** How large the buffer of a transfer with the option {@code bounce} is. */
    long bounceBytes() {
        return bounceBytes;
    }

    Engine engine() {
        return engine;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.localOnly();
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM -> DramRegion.of(this, region);
            case FILE -> FileOpener.open(this, region);
            default -> throw notTaken(region);
        };
    }

    /** Large memory is advised to have huge pages; small memory has nothing to gain. */
    @Override
    public Optional<AllocatedMemory> allocate(long bytes, Arena arena) {
        if (bytes < HugeMemory.LEAST) {
            return Optional.empty();
        }
        MemorySegment segment = HugeMemory.map(bytes, arena);
        return Optional.of(new AllocatedMemory(segment, DramRegion.of(this, MemoryRegion.of(segment))));
    }

    @Override
    public Optional<MemoryInfo> query(MemoryRegion region) {
        if (region.kind() != MemoryKind.FILE) {
            throw notTaken(region);
        }
        return FileQuery.ask(region);
    }

    private static NixlException notTaken(MemoryRegion region) {
        return NixlException.of(ErrorCode.NOT_SUPPORTED, region + " is neither host memory nor a file")
                .backend(PosixBackendProvider.NAME)
                .build();
    }

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return (local == MemoryKind.DRAM && remote == MemoryKind.FILE)
                || (local == MemoryKind.FILE && remote == MemoryKind.DRAM);
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        return TransferPlan.prepare(this, request);
    }

    @Override
    public BackendDetails details() {
        return new BackendDetails(Map.of(), Map.of("engine", engine.word()), Map.of());
    }

    @Override
    public void close() {
        engine.close();
    }
}
