// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The backend of one agent: cuFile's driver, which it holds open, the contexts of the GPUs, and threads that move. */
final class GdsBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(GdsBackend.class.getName());

    /** How GDS_MT splits long descriptors: several parts of one move at a time, and a cancel is noticed soon. */
    private static final long CALL_PART = 16 << 20;

    /** What cuFile moves of a file at once, as far as is known. */
    static final long FILE_BLOCK = 4096;

    private final String name;
    private final long part;
    private final Workers workers;
    private final Arena arena;
    private final Contexts contexts;
    private final DriverProperties properties;
    private final LongAdder unregistered = new LongAdder();
    private final LongAdder fullWaits;

    private GdsBackend(
            String name, long part, Workers workers, Arena arena, DriverProperties properties, LongAdder fullWaits) {
        this.name = name;
        this.part = part & -FILE_BLOCK;
        this.workers = workers;
        this.arena = arena;
        this.properties = properties;
        this.fullWaits = fullWaits;
        contexts = new Contexts(name);
    }

    /** How a backend makes its threads, with memory of this arena and a counter of waits for room in cuFile. */
    private interface Start {
        Workers with(DriverProperties properties, Arena arena, LongAdder fullWaits);
    }

    /** With batches: so many at a time, of so many reads and writes, of so many bytes at most. */
    static GdsBackend batched(String name, int batches, int limit, long part, BackendContext context) {
        return open(name, part, (properties, arena, fullWaits) -> {
            requireRoom(name, limit, properties.maxBatch());
            return Workers.start(
                    batches,
                    _ -> BatchMover.open(name, limit, arena, fullWaits, BatchMover.QUIET_NANOS),
                    threadName(context));
        });
    }

    private static void requireRoom(String name, int limit, int most) {
        if (most > 0 && limit > most) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "batch_limit is " + limit + ", and cuFile takes " + most + " reads and writes in a batch")
                    .backend(name)
                    .remedy("lower batch_limit, or raise io_batchsize in cufile.json")
                    .build();
        }
    }

    /** With calls on so many threads. */
    static GdsBackend threaded(String name, int threads, BackendContext context) {
        return open(name, CALL_PART, (_, _, _) -> Workers.start(threads, _ -> new CallMover(), threadName(context)));
    }

    private static String threadName(BackendContext context) {
        return "jnixl-gds-" + context.agentName();
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the backend
    private static GdsBackend open(String name, long part, Start start) {
        CuFileDriver.open(name);
        Arena arena = Arena.ofShared();
        try {
            LongAdder fullWaits = new LongAdder();
            DriverProperties properties = DriverProperties.ask(name);
            return new GdsBackend(name, part, start.with(properties, arena, fullWaits), arena, properties, fullWaits);
        } catch (RuntimeException | Error e) {
            arena.close();
            CuFileDriver.close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    /** The most bytes of one read or write; whole blocks. */
    long part() {
        return part;
    }

    Workers workers() {
        return workers;
    }

    Contexts contexts() {
        return contexts;
    }

    /** Says that cuFile would not register memory: once aloud, then by the counter. */
    void unregistered(MemoryRegion region, long error) {
        boolean first = unregistered.sum() == 0;
        unregistered.increment();
        LOG.log(
                first ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                "{0}: cuFile does not register {1} and moves its bytes through memory of its own, which is slower: {2}; {3}",
                name,
                region,
                CuFileError.text(error),
                CuFileError.remedy(error));
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.localOnly();
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM, VRAM -> BufferRegion.of(this, region);
            case FILE -> new FileOpener(this).open(region);
            default -> throw notTaken(region);
        };
    }

    @Override
    public Optional<MemoryInfo> query(MemoryRegion region) {
        if (region.kind() != MemoryKind.FILE) {
            throw notTaken(region);
        }
        return FileQuery.ask(name, region);
    }

    private NixlException notTaken(MemoryRegion region) {
        return NixlException.of(ErrorCode.NOT_SUPPORTED, region + " is neither host or GPU memory nor a file")
                .backend(name)
                .build();
    }

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return (isMemory(local) && remote == MemoryKind.FILE) || (local == MemoryKind.FILE && isMemory(remote));
    }

    private static boolean isMemory(MemoryKind kind) {
        return kind == MemoryKind.DRAM || kind == MemoryKind.VRAM;
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        return new TransferPlan(this, request).transfer();
    }

    @Override
    public BackendDetails details() {
        Map<String, String> traits = new HashMap<>();
        traits.put("mode", properties.mode());
        traits.put("file_systems", properties.fileSystems());
        return new BackendDetails(
                Map.of("unregistered_buffers_total", unregistered.sum(), "batch_full_waits_total", fullWaits.sum()),
                traits,
                Map.of());
    }

    /** A thread that does not end keeps the driver open, with what it uses. */
    @Override
    public void close() {
        workers.close(() -> {
            arena.close();
            contexts.close();
            CuFileDriver.close();
        });
    }
}
