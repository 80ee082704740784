// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The least of an agent that a backend needs. Closes what it registered. */
final class TestAgent implements AutoCloseable {
    private final PosixBackend backend;
    private final List<RegisteredMemory> registered = new ArrayList<>();
    private boolean closed;

    TestAgent(Map<String, String> options, ProgressPolicy policy) {
        backend = (PosixBackend) new PosixBackendProvider().create(BackendConfig.of(options), new BareContext(policy));
    }

    TestAgent(String engine) {
        this(Map.of("engine", engine), ProgressPolicy.PARK);
    }

    PosixBackend backend() {
        return backend;
    }

    private RegisteredMemory register(MemoryRegion region) {
        RegisteredMemory memory = backend.register(region);
        registered.add(memory);
        return memory;
    }

    RegisteredMemory register(MemorySegment memory) {
        return register(MemoryRegion.of(memory));
    }

    static MemoryRegion region(String metaInfo) {
        return MemoryRegion.storage(MemoryKind.FILE, 1L << 32, 0, 0, metaInfo.getBytes(StandardCharsets.UTF_8));
    }

    static MemoryRegion region(long device) {
        return MemoryRegion.storage(MemoryKind.FILE, device, 0, 0, new byte[0]);
    }

    /** A file by path mode, such as {@code rw,create}. */
    RegisteredMemory file(String mode, Path path) {
        return register(region(mode + ":" + path));
    }

    RegisteredMemory descriptor(long fd) {
        return register(region(fd));
    }

    /** A transfer between one local and one remote region. */
    Xfer xfer(Operation operation, RegisteredMemory local, RegisteredMemory remote, int capacity) {
        return new Xfer(this, operation, List.of(local), List.of(remote), capacity, Map.of());
    }

    /** The same with the transfer option {@code bounce}. */
    Xfer bouncing(Operation operation, RegisteredMemory local, RegisteredMemory remote, int capacity) {
        return new Xfer(this, operation, List.of(local), List.of(remote), capacity, Map.of("bounce", "true"));
    }

    /** Prepares a transfer that has its one descriptor from the start. */
    void prepared(
            Operation operation,
            RegisteredMemory local,
            RegisteredMemory remote,
            Map<String, String> options,
            long memory,
            long offset,
            long bytes) {
        TransferColumns columns = new TransferColumns(1);
        columns.add(memory, 0, offset, 0, bytes, 0, false);
        backend.prepare(new TransferRequest(
                        operation,
                        columns,
                        List.of(local),
                        List.of(remote),
                        null,
                        new Xfer.None(),
                        new Outcome(),
                        options))
                .close();
    }

    /** A write to several files with options. */
    Xfer write(RegisteredMemory local, List<RegisteredMemory> files, Map<String, String> options) {
        return new Xfer(this, Operation.WRITE, List.of(local), files, 64, options);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            registered.forEach(RegisteredMemory::close);
            backend.close();
        }
    }
}
