// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.backend.ucx.WorkerAddress.Series;
import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.UcxException;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpParams;

/** The backend of one agent: a UCX context and its workers, which jucx makes and ends; everything between goes by FFM. */
final class UcxBackend implements Backend {
    /** The longest notification, in bytes; UCX sends any, in fragments, and receives each whole. */
    static final int MAX_NOTIFICATION = 16 << 20;

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    /** How long, at the end, what is under way may take until it is looked which hosts do not answer, and how long after that. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final long CLOSE_NANOS = 4_000_000_000L;

    /** How long UCX may take then to let go of what connections hold up that are shut down, or are not made for seven seconds. */
    private static final long LAST_NANOS = 1_000_000_000L;

    /** Those of this process that are not closed: nobody else tells one when another closes. */
    private static final Set<UcxBackend> OPEN = ConcurrentHashMap.newKeySet();

    private final UcxSettings settings;
    private final UcpVersion version;
    private final String name;
    private final byte[] nameBytes;
    private final Arena arena;
    private final UcxWorkers workers;
    private final UcxContext memory;
    private final byte[] address;
    private final Optional<SharedMemoryHost> host;
    private final long user = ConnectionInfo.ownUser();
    private final @Nullable Unavailable withoutCuda;
    private final Set<UcxPeer> peers = ConcurrentHashMap.newKeySet();
    private final ProcessWatch watch;
    private final SocketWatch sockets;
    private volatile @Nullable UcxPeer self;

    private UcxBackend(
            UcxSettings settings,
            UcpVersion version,
            BackendContext context,
            UcpContext jucxContext,
            UcxWorkers workers,
            Arena arena) {
        this.arena = arena;
        this.settings = settings;
        this.version = version;
        this.name = context.agentName();
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        this.workers = workers;
        this.watch = new ProcessWatch(name);
        this.sockets = new SocketWatch(name, workers, peers, settings.tcpTimeout());
        this.memory = new UcxContext(jucxContext.getNativeId(), jucxContext::close);
        this.withoutCuda = UcxMemoryTypes.obstacle(jucxContext.getMemoryTypesMask(), UcpNative.path(), version);
        this.address = workers.address();
        this.host = SharedMemoryHost.of(address);
    }

    @SuppressWarnings("MustBeClosedChecker") // the backend owns the arena and closes it
    static UcxBackend start(UcxSettings given, UcpVersion version, BackendContext context) {
        given.check();
        Arena arena = Arena.ofShared();
        UcpContext jucxContext = null;
        UcxWorkers workers = null;
        try {
            UcxSettings settings =
                    given.devices().havePatterns() ? given.on(given.devices().among(devices(given))) : given;
            jucxContext = context(settings);
            settings.checkNames(UcxInventory.settings());
            settings.devices().check(UcxInventory.devices(jucxContext.getNativeId()), () -> devices(settings));
            workers = UcxWorkers.make(settings, jucxContext.getNativeId(), context, arena);
            UcxBackend backend = new UcxBackend(settings, version, context, jucxContext, workers, arena);
            workers.all().forEach(worker -> worker.whenDead(backend::endOn));
            workers.start();
            if (settings.noticesFailure()) {
                backend.sockets.start();
            }
            OPEN.add(backend);
            return backend;
        } catch (UcxException e) {
            end(workers, jucxContext);
            arena.close();
            throw NixlException.of(ErrorCode.BACKEND, "UCX does not start: " + e.getMessage())
                    .backend(UcxBackendProvider.NAME)
                    .remedy("see what UCX wrote to standard error; UCX_TLS, UCX_NET_DEVICES, device_list and"
                            + " engine_config decide what it may use, and shared memory needs room in /dev/shm")
                    .cause(e)
                    .build();
        } catch (RuntimeException | Error e) {
            end(workers, jucxContext);
            arena.close();
            throw e;
        }
    }

    /** Where a wrong device leaves nothing to start with, as it does with TCP alone, the device is the error to tell. */
    private static UcpContext context(UcxSettings settings) {
        try {
            return new UcpContext(params(settings));
        } catch (UcxException e) {
            if (!settings.devices().words().isEmpty()) {
                Set<String> there = devices(settings);
                settings.devices().check(Optional.of(there), () -> there);
            }
            throw e;
        }
    }

    /** Those that UCX would use without a restriction, of which only a context without one can tell. */
    private static Set<String> devices(UcxSettings settings) {
        try (UcpContext unrestricted = new UcpContext(params(settings.unrestricted()))) {
            return UcxInventory.devices(unrestricted.getNativeId()).orElse(Set.of());
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

    private static void end(@Nullable UcxWorkers workers, @Nullable UcpContext context) {
        if (workers != null) {
            workers.abandon();
        }
        if (context != null) {
            context.close();
        }
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.network(MAX_NOTIFICATION);
    }

    // ---- memory

    @Override
    public Map<MemoryKind, Unavailable> missingKinds() {
        return withoutCuda == null ? Map.of() : Map.of(MemoryKind.VRAM, withoutCuda);
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM -> memory.map(region.address(), region.length());
            case VRAM -> {
                if (withoutCuda != null) {
                    throw withoutCuda.toException(ErrorCode.NOT_SUPPORTED, UcxBackendProvider.NAME);
                }
                yield memory.mapGpu(region.address(), region.length());
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
        boolean shares = settings.sharedMemory() && settings.noticesFailure();
        return new ConnectionInfo(address, shares ? user : ConnectionInfo.UNMARKED).bytes();
    }

    @Override
    public BackendPeer loadPeer(String peerName, byte[] bytes) {
        ConnectionInfo info = ConnectionInfo.of(bytes);
        String fault = WorkerAddress.fault(info.address());
        if (!fault.isEmpty()) {
            throw NixlException.of(ErrorCode.BACKEND, fault)
                    .backend(UcxBackendProvider.NAME)
                    .peer(peerName)
                    .remedy("fetch the peer's metadata again")
                    .build();
        }
        warnOfOtherSeries(peerName, WorkerAddress.series(info.address()));
        boolean ourselves = Arrays.equals(info.address(), address);
        byte[] way = ourselves ? address : way(info);
        boolean beside = host.isPresent() && host.get().isNamedIn(way);
        if (mayCut() && !ourselves && !beside) {
            sockets.findHosts();
        }
        UcxPeer peer = UcxPeer.load(workers, peerName, way, beside, nameBytes, settings, peers, watch);
        if (peerName.equals(name) && ourselves) {
            self = peer;
        }
        return peer;
    }

    /** The address of a peer, without shared memory where that would end its process, or can lead nowhere. */
    private byte[] way(ConnectionInfo info) {
        boolean unknown = info.user() == ConnectionInfo.UNMARKED;
        boolean ready = unknown ? settings.peersShare() || !settings.noticesFailure() : info.user() == user;
        return ready || host.isEmpty() ? info.address() : host.get().hiddenIn(info.address());
    }

    /** Here and not only when a remote key cannot be used, since some mixtures crash before that. */
    private void warnOfOtherSeries(String peerName, Series theirs) {
        Series ours = version.isOfSecondSeries() ? Series.FROM_1_19 : Series.UP_TO_1_18;
        if (theirs != Series.UNKNOWN && theirs != ours) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "peer \"{0}\" runs UCX {1} and agent {2} runs {3}: remote keys of one series, up to 1.18 or from"
                            + " 1.19, mean nothing to the other; install one of the same series on both sides",
                    peerName,
                    theirs == Series.FROM_1_19 ? "1.19 or later" : "1.18 or earlier",
                    name,
                    version);
        }
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
        int worker = UcxOptions.worker(request.options(), workers.shared());
        return UcxTransfer.prepare(peer, request, nameBytes, worker);
    }

    @Override
    public BackendDetails details() {
        return UcxDetails.of(workers, peers, version);
    }

    // ---- waiting

    /** What comes from peers comes to the first worker. */
    @Override
    public boolean progress() {
        return workers.first().drive();
    }

    @Override
    public void rest() {
        workers.rest();
    }

    // ---- the end

    @Override
    public void close() {
        OPEN.remove(this);
        watch.close();
        sockets.close();
        workers.stop();
        workers.all().forEach(worker -> LateResets.letIn(worker.eventFd()));
        peers.forEach(UcxPeer::startToClose);
        workers.closeKept();
        finish();
        peers.forEach(UcxPeer::endCancelled);
        workers.disownForEver();
        List<Long> queues = workers.queues();
        if (isQuiet() && workers.end()) {
            memory.letGo();
            arena.close();
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "UCX has not ended all that agent {0} has under way with peers that do not answer: what it holds is left to the"
                            + " end of the process",
                    name);
        }
        Remains.IN_THIS_PROCESS.left(queues);
        OPEN.forEach(other -> other.closedBeside(address));
    }

    /**
     * Lets what is under way come to its end. Over TCP UCX can be made to give up hosts that are gone, and then lets go of all that they
     * hold up.
     */
    private void finish() {
        workers.finish(this::isQuiet, LOOK_NANOS);
        if (isQuiet()) {
            return;
        }
        SilentConnections silent = workers.silentConnections();
        workers.finish(this::isQuiet, CLOSE_NANOS);
        if (!isQuiet()) {
            if (mayCut()) {
                silent.cut();
            }
            workers.finish(this::isQuiet, LAST_NANOS); // a host that does not answer may just be given up
        }
    }

    /** Whether connections are to be given up before the kernel does, and their endpoints can fail. */
    private boolean mayCut() {
        return settings.noticesFailure() && !settings.tcpTimeout().isZero();
    }

    /** Another one of this process, the one with this address, is closed. Over shared memory UCX does not notice. */
    private void closedBeside(byte[] theirs) {
        if (settings.noticesFailure()) {
            peers.stream().filter(peer -> peer.leadsTo(theirs)).forEach(UcxPeer::closedElsewhere);
            workers.all()
                    .forEach(worker ->
                            worker.whenNothingComes(() -> worker.keptEndpoints().closeTo(theirs)));
        }
    }

    /** Nobody progresses this worker any more. */
    private void endOn(UcxWorker worker) {
        peers.forEach(peer -> peer.lane(worker.index()).dropIfUsed());
    }

    private boolean isQuiet() {
        return peers.stream().allMatch(UcxPeer::isClosed) && workers.keptAreClosed();
    }
}
