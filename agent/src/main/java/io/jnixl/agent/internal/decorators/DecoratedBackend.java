// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.spi.AllocatedMemory;
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
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A backend with one interceptor around it. Handles of regions are the backend's own; peers and transfers are not. */
final class DecoratedBackend implements Backend {
    private final Backend inner;
    private final Interceptor interceptor;
    private final DecoratedContext context;

    private DecoratedBackend(Backend inner, Interceptor interceptor, DecoratedContext context) {
        this.inner = inner;
        this.interceptor = interceptor;
        this.context = context;
    }

    /** Makes a backend that takes the decorated side of the agent for the agent. */
    static Backend around(Interceptor interceptor, BackendContext agent, Function<BackendContext, Backend> maker) {
        DecoratedContext context = new DecoratedContext(agent, interceptor);
        Backend inner = Objects.requireNonNull(maker.apply(context), "its provider answered null");
        return new DecoratedBackend(inner, interceptor, context);
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return interceptor.around(Call.REGISTER, () -> inner.register(region));
    }

    @Override
    public Optional<AllocatedMemory> allocate(long bytes, Arena arena) {
        return inner.allocate(bytes, arena);
    }

    @Override
    public Optional<MemoryInfo> query(MemoryRegion region) {
        return inner.query(region);
    }

    @Override
    public RegionHandle loopback(RegisteredMemory memory) {
        return inner.loopback(memory);
    }

    @Override
    public Map<MemoryKind, Availability.Unavailable> missingKinds() {
        return inner.missingKinds();
    }

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return inner.moves(operation, local, remote);
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        return interceptor.around(Call.PREPARE, () -> DecoratedTransfer.prepare(inner, interceptor, request));
    }

    @Override
    public byte[] connectionInfo() {
        return inner.connectionInfo();
    }

    @Override
    public BackendPeer loadPeer(String name, byte[] connectionInfo) {
        return interceptor.around(Call.LOAD_PEER, () -> context.load(() -> inner.loadPeer(name, connectionInfo)));
    }

    @Override
    public boolean progress() {
        return inner.progress();
    }

    @Override
    public void rest() {
        inner.rest();
    }

    @Override
    public BackendDetails details() {
        BackendDetails own = inner.details();
        Map<String, Long> counters = new HashMap<>(own.counters());
        counters.putAll(interceptor.counters());
        return new BackendDetails(counters, own.traits(), own.lanes());
    }

    @Override
    public void close() {
        try {
            inner.close();
        } finally {
            interceptor.close();
        }
    }
}
