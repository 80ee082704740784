// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a test scripts and looks at. Counts what is open, so that a test sees leaks and double closes. */
final class ScriptedBackend implements Backend {
    /** Backends by their connection information: how scripted agents of one test find each other. */
    private static final Map<String, ScriptedBackend> BY_INFO = new ConcurrentHashMap<>();

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final BackendContext context;
    final AtomicInteger openMemory = new AtomicInteger();
    final AtomicInteger openRegions = new AtomicInteger();
    final AtomicInteger openPeers = new AtomicInteger();
    final AtomicInteger openTransfers = new AtomicInteger();
    final AtomicInteger loads = new AtomicInteger();
    final List<ScriptedTransfer> transfers = new CopyOnWriteArrayList<>();
    final List<ScriptedPeer> peers = new CopyOnWriteArrayList<>();
    final List<String> defects = new CopyOnWriteArrayList<>();

    volatile Function<ScriptedTransfer, Status> onPost = t -> Status.IN_PROGRESS;
    volatile Consumer<ScriptedTransfer> onCancel = t -> {};
    volatile Consumer<ScriptedTransfer> onPoll = t -> {};
    volatile ToLongFunction<ScriptedTransfer> onMoved = t -> t.moved.get();
    volatile Consumer<MemoryRegion> onRegister = r -> {};
    volatile Function<MemoryRegion, Optional<MemoryInfo>> onQuery = Backend.super::query;
    volatile Predicate<Operation> onMoves = o -> true;
    volatile Consumer<TransferRequest> onPrepare = r -> {};
    volatile Consumer<MemoryRegion> onLoad = r -> {};
    volatile Function<ScriptedPeer, Status> onSend = p -> Status.SUCCESS;
    volatile Function<ScriptedTransfer, CostEstimate> onEstimate = ScriptedTransfer::noEstimate;
    volatile Map<MemoryKind, Availability.Unavailable> missing = Map.of();
    volatile BackendDetails details = BackendDetails.NONE;
    volatile Runnable onCapabilities = () -> {};
    volatile Runnable onLoadPeer = () -> {};
    volatile Consumer<ScriptedPeer> onClosePeer = p -> {};
    volatile BooleanSupplier onProgress = () -> false;
    volatile Runnable onRest = () -> {};
    volatile boolean withoutInfo;
    volatile Runnable onRelease = () -> {};
    volatile Runnable onClose = () -> {};

    private final ScriptedProvider provider;
    private final String info;
    private final AtomicInteger keys = new AtomicInteger();
    private volatile boolean closed;

    ScriptedBackend(ScriptedProvider provider, BackendContext context) {
        this.provider = provider;
        this.context = context;
        this.info = provider.name() + "/" + context.agentName() + "/" + NUMBERS.incrementAndGet();
        BY_INFO.put(info, this);
    }

    /** The transfer prepared last. */
    ScriptedTransfer last() {
        return transfers.getLast();
    }

    boolean isClosed() {
        return closed;
    }

    static ScriptedBackend find(String info) {
        return BY_INFO.get(info);
    }

    @Override
    public Capabilities capabilities() {
        onCapabilities.run();
        return provider.capabilities();
    }

    @Override
    public Map<MemoryKind, Availability.Unavailable> missingKinds() {
        return missing;
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        onRegister.accept(region);
        openMemory.incrementAndGet();
        byte[] key = (provider.name() + "-key-" + keys.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        return new Registered(key, new Once("registered " + region, openMemory), this);
    }

    @Override
    public Optional<MemoryInfo> query(MemoryRegion region) {
        return onQuery.apply(region);
    }

    /** Closes once, and says so when it happens again or after the backend. */
    private final class Once {
        private final String what;
        private final AtomicInteger open;
        private final AtomicInteger closes = new AtomicInteger();

        Once(String what, AtomicInteger open) {
            this.what = what;
            this.open = open;
        }

        void close() {
            if (closed) {
                defects.add(what + " closed after the backend");
            }
            if (closes.incrementAndGet() > 1) {
                defects.add(what + " closed again");
            } else {
                open.decrementAndGet(); // last: who sees it sees the defects, too
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Registered(byte[] publicData, Once once, ScriptedBackend backend) implements RegisteredMemory {
        @Override
        public void close() {
            backend.onRelease.run();
            once.close();
        }
    }

    private record Loaded(Once once) implements RegionHandle {
        @Override
        public void close() {
            once.close();
        }
    }

    @Override
    public byte[] connectionInfo() {
        return withoutInfo ? new byte[0] : info.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public BackendPeer loadPeer(String name, byte[] connectionInfo) {
        onLoadPeer.run();
        String text = new String(connectionInfo, StandardCharsets.UTF_8);
        if (text.contains("unusable")) {
            throw new NixlException(ErrorCode.BACKEND, "cannot use " + text);
        }
        ScriptedPeer peer = new ScriptedPeer(this, name, text);
        openPeers.incrementAndGet();
        peers.add(peer);
        return peer;
    }

    RegionHandle load(MemoryRegion region) {
        loads.incrementAndGet();
        onLoad.accept(region);
        openRegions.incrementAndGet();
        return new Loaded(new Once("loaded " + region, openRegions));
    }

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return onMoves.test(operation);
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        onPrepare.accept(request);
        ScriptedTransfer transfer = new ScriptedTransfer(this, request);
        openTransfers.incrementAndGet();
        transfers.add(transfer);
        return transfer;
    }

    @Override
    public boolean progress() {
        return onProgress.getAsBoolean();
    }

    @Override
    public void rest() {
        onRest.run();
    }

    @Override
    public BackendDetails details() {
        return details;
    }

    @Override
    public void close() {
        onClose.run();
        if (closed) {
            defects.add("backend closed again");
        }
        closed = true;
        BY_INFO.remove(info);
    }
}
