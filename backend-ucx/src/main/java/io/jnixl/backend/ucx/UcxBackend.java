// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.UcxException;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

/** The backend of one agent: a UCX context and worker, which jucx makes and ends; everything between goes by FFM. */
final class UcxBackend implements Backend {
    /** The longest notification, in bytes; UCX sends any, in fragments, and receives each whole. */
    static final int MAX_NOTIFICATION = 16 << 20;

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long CLOSE_NANOS = 5_000_000_000L;
    private static final int SHORTEST_ADDRESS = 10;
    private static final int LONGEST_ADDRESS = 1 << 16;
    private static final int LATEST_ADDRESS_VERSION = 1;

    private final UcxSettings settings;
    private final String name;
    private final byte[] nameBytes;
    private final Arena arena;
    private final UcpWorker jucxWorker;
    private final UcxContext memory;
    private final UcxWorker worker;
    private final byte[] address;
    private final boolean hasCuda;
    private final Set<UcxPeer> peers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable UcxPeer self;

    private UcxBackend(
            UcxSettings settings, BackendContext context, UcpContext jucxContext, UcpWorker jucxWorker, Arena arena) {
        this.arena = arena;
        this.settings = settings;
        this.name = context.agentName();
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        this.jucxWorker = jucxWorker;
        this.memory = new UcxContext(jucxContext.getNativeId(), jucxContext::close);
        this.hasCuda = (jucxContext.getMemoryTypesMask() >>> UcpLayouts.MEMORY_TYPE_CUDA & 1) != 0;
        this.address = addressOf(jucxWorker);
        long handle = jucxWorker.getNativeId();
        this.worker = new UcxWorker(handle, eventFd(handle), context, arena);
    }

    @SuppressWarnings("MustBeClosedChecker") // the backend owns the arena and closes it
    static UcxBackend start(UcxSettings settings, BackendContext context) {
        settings.check();
        Arena arena = Arena.ofShared();
        UcpContext jucxContext = null;
        UcpWorker jucxWorker = null;
        try {
            jucxContext = new UcpContext(params(settings));
            jucxWorker = jucxContext.newWorker(new UcpWorkerParams().requestThreadSafety());
            UcxBackend backend = new UcxBackend(settings, context, jucxContext, jucxWorker, arena);
            backend.worker.start();
            return backend;
        } catch (UcxException e) {
            end(jucxWorker, jucxContext);
            arena.close();
            throw NixlException.of(ErrorCode.BACKEND, "UCX does not start: " + e.getMessage())
                    .backend(UcxBackendProvider.NAME)
                    .remedy("see what UCX wrote to standard error; UCX_TLS, UCX_NET_DEVICES, device_list and"
                            + " engine_config decide what it may use, and shared memory needs room in /dev/shm")
                    .cause(e)
                    .build();
        } catch (RuntimeException | Error e) {
            end(jucxWorker, jucxContext);
            arena.close();
            throw e;
        }
    }

    private static UcpParams params(UcxSettings settings) {
        UcpParams params = new UcpParams()
                .requestRmaFeature()
                .requestAtomic32BitFeature() // as native NIXL does: both sides must ask for the same
                .requestAtomic64BitFeature()
                .requestAmFeature()
                .requestWakeupFeature()
                .setMtWorkersShared(true);
        settings.ucx().forEach(params::setConfig);
        return params;
    }

    private static void end(@Nullable UcpWorker worker, @Nullable UcpContext context) {
        if (worker != null) {
            worker.close();
        }
        if (context != null) {
            context.close();
        }
    }

    private static byte[] addressOf(UcpWorker worker) {
        ByteBuffer buffer = worker.getAddress();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static int eventFd(long handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            byte status = UcpNative.getEfd(handle, answer.address());
            if (status != UcpStatus.OK) {
                throw NixlException.of(ErrorCode.BACKEND, "UCX tells no event descriptor")
                        .backend(UcxBackendProvider.NAME)
                        .nativeError(status, UcpNative.statusString(status))
                        .build();
            }
            return answer.get(JAVA_INT, 0);
        }
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.network(MAX_NOTIFICATION);
    }

    // ---- memory

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM -> memory.map(region.address(), region.length(), UcpLayouts.MEMORY_TYPE_HOST);
            case VRAM -> {
                if (!hasCuda) {
                    throw NixlException.of(
                                    ErrorCode.NOT_SUPPORTED,
                                    "this machine's UCX cannot reach GPU memory: no CUDA in it")
                            .backend(UcxBackendProvider.NAME)
                            .remedy("install a UCX that was built with CUDA")
                            .build();
                }
                yield memory.map(region.address(), region.length(), UcpLayouts.MEMORY_TYPE_CUDA);
            }
            default ->
                throw NixlException.of(ErrorCode.NOT_SUPPORTED, region + " is neither host nor GPU memory")
                        .backend(UcxBackendProvider.NAME)
                        .build();
        };
    }

    @Override
    public Optional<AllocatedMemory> allocate(long bytes, Arena owner) {
        if (!settings.sharedMemory()) {
            return Optional.empty();
        }
        UcxMemory mapped = memory.allocate(bytes, owner);
        MemorySegment segment =
                NativeCalls.view(mapped.address(), bytes, owner, freed -> memory.unmap(mapped.handle()));
        return Optional.of(new AllocatedMemory(segment, mapped));
    }

    /** For transfers within the agent: its own memory as if it were a peer's. */
    @Override
    public RegionHandle loopback(RegisteredMemory own) {
        UcxPeer myself = self;
        if (myself == null) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, "the agent has not loaded itself");
        }
        UcxMemory mapped = (UcxMemory) own;
        return myself.load(mapped.range(), mapped.publicData());
    }

    // ---- peers

    @Override
    public byte[] connectionInfo() {
        return address;
    }

    @Override
    public BackendPeer loadPeer(String peerName, byte[] info) {
        int version = info.length == 0 ? -1 : info[0] & 0x0f;
        if (info.length < SHORTEST_ADDRESS || info.length > LONGEST_ADDRESS || version > LATEST_ADDRESS_VERSION) {
            throw NixlException.of(
                            ErrorCode.BACKEND,
                            "these " + info.length + " bytes are no worker address"
                                    + (version < 0 ? "" : " (version " + version + ")"))
                    .backend(UcxBackendProvider.NAME)
                    .peer(peerName)
                    .remedy("fetch the peer's metadata again")
                    .build();
        }
        UcxPeer peer = UcxPeer.load(worker, peerName, info, nameBytes, settings, peers);
        if (peerName.equals(name) && Arrays.equals(info, address)) {
            self = peer;
        }
        return peer;
    }

    // ---- transfers

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return !local.isStorage() && !remote.isStorage();
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        if (!(request.peer() instanceof UcxPeer peer)) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "a transfer by UCX needs a peer");
        }
        if (!request.options().isEmpty()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "a transfer by UCX has no options; there are "
                                    + request.options().keySet())
                    .backend(UcxBackendProvider.NAME)
                    .remedy("leave them out")
                    .build();
        }
        return UcxTransfer.prepare(peer, request, nameBytes);
    }

    // ---- the end

    @Override
    public void close() {
        worker.stop();
        worker.own();
        worker.receiver().close(); // nobody takes notifications any more, and they must hold up nothing
        worker.drain();
        peers.forEach(UcxPeer::startToClose);
        long start = System.nanoTime();
        do {
            worker.progress(); // once at least: closing ends requests, and their transfers are carried on with then
        } while (!peers.stream().allMatch(UcxPeer::isClosed) && System.nanoTime() - start < CLOSE_NANOS);
        peers.forEach(UcxPeer::endCancelled);
        worker.disownForEver();
        if (peers.stream().allMatch(UcxPeer::isClosed)) {
            jucxWorker.close();
            memory.letGo();
            arena.close();
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "UCX has not closed all endpoints of agent {0}: what it holds is left to the end of the process",
                    name);
        }
    }
}
