// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The backend of one agent: its registrations, its threads, and its place in the {@link Fabric}. */
final class MemoryBackend implements Backend {
    /** The longest notification, in bytes. */
    static final int MAX_MESSAGE = 1 << 20;

    private static final System.Logger LOG = System.getLogger(MemoryBackend.class.getName());

    /** Chunks are multiples of this, so that they keep the alignment that DIRECT needs. */
    private static final long CHUNK_UNIT = 64 << 10;

    private final BackendContext context;
    private final long id = Fabric.nextNumber();
    private final byte[] connectionInfo = new ConnectionInfo(Fabric.PROCESS, id).encode();
    private final long chunk;
    private final Map<Long, Region> regions = new ConcurrentHashMap<>();
    private final Watchers watchers = new Watchers();
    /** Held by peers while they are in this agent's notification sink. */
    private final Gate receiving = new Gate();

    private final Outbox outbox = new Outbox(this::wakeCopier);
    private final Workers copyWorkers;
    private final Workers fileWorkers;
    private volatile boolean closing;
    private volatile @Nullable String death;

    private MemoryBackend(BackendConfig config, BackendContext context) {
        this.context = context;
        this.chunk = config.get(MemoryBackendProvider.CHUNK) / CHUNK_UNIT * CHUNK_UNIT;
        String prefix = "jnixl-memory-" + context.agentName();
        this.copyWorkers = new Workers(
                prefix + "-copy-",
                config.get(MemoryBackendProvider.COPY_THREADS),
                context.progress(),
                outbox,
                this::workerDied);
        // Storage is slow next to a wake-up, so spinning for it would waste a processor per thread.
        this.fileWorkers = new Workers(
                prefix + "-file-",
                config.get(MemoryBackendProvider.FILE_THREADS),
                ProgressPolicy.PARK,
                outbox,
                this::workerDied);
    }

    static MemoryBackend start(BackendConfig config, BackendContext context) {
        MemoryBackend backend = new MemoryBackend(config, context);
        Fabric.join(backend);
        return backend;
    }

    private void wakeCopier() {
        copyWorkers.nudge();
    }

    long id() {
        return id;
    }

    String agentName() {
        return context.agentName();
    }

    long chunk() {
        return chunk;
    }

    Outbox outbox() {
        return outbox;
    }

    Workers copyWorkers() {
        return copyWorkers;
    }

    Workers fileWorkers() {
        return fileWorkers;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.network(MAX_MESSAGE);
    }

    // ---- memory

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        Region registered = switch (region.kind()) {
            case DRAM -> DramRegion.of(this, region);
            case FILE -> FileOpener.open(this, region);
            default ->
                throw NixlException.of(ErrorCode.NOT_SUPPORTED, region + " is neither host memory nor a file")
                        .backend(MemoryBackendProvider.NAME)
                        .build();
        };
        regions.put(registered.id(), registered);
        return registered;
    }

    @Override
    public Optional<MemoryInfo> query(MemoryRegion region) {
        return FileQuery.ask(region);
    }

    void forget(Region region) {
        regions.remove(region.id());
    }

    /** The registration that peers may reach under this number. */
    @Nullable
    DramRegion published(long number) {
        return regions.get(number) instanceof DramRegion dram ? dram : null;
    }

    // ---- peers

    @Override
    public byte[] connectionInfo() {
        return connectionInfo;
    }

    @Override
    public BackendPeer loadPeer(String name, byte[] info) {
        MemoryBackend target = Fabric.find(name, ConnectionInfo.decode(name, info));
        MemoryPeer peer = new MemoryPeer(this, target);
        if (!target.watchers.add(peer)) {
            throw NixlException.of(ErrorCode.BACKEND, "agent \"" + name + "\" is closing its backend")
                    .backend(MemoryBackendProvider.NAME)
                    .peer(name)
                    .build();
        }
        return peer;
    }

    void unwatch(MemoryPeer peer) {
        watchers.remove(peer);
    }

    /** Takes a notification for this agent; NOT_ALLOWED when its sink is full. */
    Status receive(String from, MemorySegment message) {
        if (!receiving.enter()) {
            return Status.REMOTE_DISCONNECT;
        }
        try {
            return context.notifications().offer(from, message) ? Status.SUCCESS : Status.NOT_ALLOWED;
        } finally {
            receiving.leave();
        }
    }

    /** Tells the agent that a peer's backend was closed. */
    void peerLost(MemoryPeer peer) {
        Throwable why = NixlException.of(ErrorCode.REMOTE_DISCONNECT, "the agent closed its backend")
                .backend(MemoryBackendProvider.NAME)
                .peer(peer.name())
                .build();
        try {
            context.peerLost(peer, why);
        } catch (RuntimeException | Error e) { // the other agents must hear of it too
            LOG.log(System.Logger.Level.ERROR, "agent " + agentName() + " failed over the loss of " + peer, e);
        }
    }

    // ---- transfers

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return local == MemoryKind.DRAM || remote == MemoryKind.DRAM;
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        return TransferPlan.prepare(this, request);
    }

    /** IN_PROGRESS while transfers may go on; CANCELED when closing; a fault when a worker has died. */
    Status stop() {
        if (closing) {
            return Status.CANCELED;
        }
        String cause = death;
        if (cause != null) {
            throw new TransferFault(Status.BACKEND, -1, cause, "close the agent and make a new one");
        }
        return Status.IN_PROGRESS;
    }

    private void workerDied(String thread, Throwable cause) {
        LOG.log(System.Logger.Level.ERROR, "thread " + thread + " died; its backend moves nothing any more", cause);
        death = "thread " + thread + " died: " + cause;
        abandonAll();
    }

    private void abandonAll() {
        copyWorkers.close();
        fileWorkers.close();
        outbox.abandonAll();
    }

    @Override
    public BackendDetails details() {
        return new BackendDetails(
                Map.of(
                        "regions", (long) regions.size(),
                        "copy_threads", (long) copyWorkers.started(),
                        "file_threads", (long) fileWorkers.started()),
                Map.of("engine", "java"),
                Map.of());
    }

    // ---- the end

    boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        closing = true;
        Fabric.leave(this);
        receiving.shut();
        for (MemoryPeer peer : watchers.close()) {
            if (peer.owner() != this) {
                peer.lost();
            }
        }
        abandonAll();
        copyWorkers.join();
        fileWorkers.join();
        outbox.abandonAll(); // what workers put there while they ended
        List.copyOf(regions.values()).forEach(Region::close);
    }
}
