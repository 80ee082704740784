// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The least of an agent that a backend needs. */
final class TestAgent implements BackendContext, AutoCloseable {
    private final String name;
    private final ProgressPolicy policy;
    private final Queue<BackendPeer> lost = new ConcurrentLinkedQueue<>();
    private volatile NotificationSink sink = new Inbox(1 << 20);
    private final Backend backend;
    private final BackendPeer self;
    private boolean closed;

    TestAgent(String name, ProgressPolicy policy, Map<String, String> options) {
        this.name = name;
        this.policy = policy;
        backend = new MemoryBackendProvider().create(BackendConfig.of(options), this);
        self = load(this);
    }

    TestAgent(String name) {
        this(name, ProgressPolicy.PARK, Map.of("chunk", "64K"));
    }

    @Override
    public String agentName() {
        return name;
    }

    @Override
    public ProgressPolicy progress() {
        return policy;
    }

    @Override
    public NotificationSink notifications() {
        return sink;
    }

    void notifications(NotificationSink replacement) {
        sink = replacement;
    }

    @Override
    public void peerLost(BackendPeer peer, Throwable why) {
        lost.add(peer);
    }

    Queue<BackendPeer> lost() {
        return lost;
    }

    Backend backend() {
        return backend;
    }

    BackendPeer self() {
        return self;
    }

    /** Loads another agent, or this one again. */
    BackendPeer load(TestAgent other) {
        return backend.loadPeer(other.name, other.backend.connectionInfo());
    }

    RegisteredMemory register(MemorySegment memory) {
        return backend.register(MemoryRegion.of(memory));
    }

    RegisteredMemory file(String pathMode) {
        return backend.register(
                MemoryRegion.storage(MemoryKind.FILE, 7, 0, 0, pathMode.getBytes(StandardCharsets.UTF_8)));
    }

    /** What a peer sees of this agent's registration. */
    static RegionHandle load(BackendPeer peer, MemorySegment memory, RegisteredMemory registered) {
        MemoryRegion range = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address(), memory.byteSize());
        return peer.load(range, registered.publicData());
    }

    /** A transfer between one local and one remote region. */
    Xfer xfer(Operation operation, RegisteredMemory local, BackendPeer peer, RegionHandle remote, int capacity) {
        return new Xfer(this, operation, List.of(local), peer, List.of(remote), capacity);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            backend.close();
        }
    }
}
