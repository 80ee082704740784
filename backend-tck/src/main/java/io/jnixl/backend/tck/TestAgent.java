// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The least of an agent that a backend needs: it makes one backend, hears what it says, and closes everything in the order
 * in which an agent does. Thread-safe but for {@link #close()}.
 *
 * @since 0.1
 */
public final class TestAgent implements BackendContext, AutoCloseable {
    private static final int ROOMY = 1 << 20;
    private static final int BRIEF = 10;

    private final String name;
    private final ProgressPolicy policy;
    private final Duration patience;
    private final boolean polls;
    private final Queue<BackendPeer> lost = new ConcurrentLinkedQueue<>();
    private final Holdings holdings = new Holdings();
    private volatile NotificationSink sink = new Inbox(ROOMY);

    /** Made once: backends ask for it per notification, and that must not count as their garbage. */
    private final NotificationSink delivery = this::deliver;

    private final Backend backend;
    private @Nullable BackendPeer self;
    private volatile boolean hurried;
    private boolean closed;

    /** An agent with a backend of these options, which waits for at most 30 seconds. */
    public TestAgent(BackendProvider provider, String name, ProgressPolicy policy, Map<String, String> options) {
        this(provider, name, policy, options, Await.PATIENCE, false);
    }

    TestAgent(
            BackendProvider provider,
            String name,
            ProgressPolicy policy,
            Map<String, String> options,
            Duration patience,
            boolean polls) {
        this.name = name;
        this.policy = policy;
        this.patience = patience;
        this.polls = polls;
        backend = provider.create(BackendConfig.of(options), this);
    }

    @Override
    public String agentName() {
        return name;
    }

    @Override
    public ProgressPolicy progress() {
        return policy;
    }

    /** Always the same sink, which hands on to the one set last. */
    @Override
    public NotificationSink notifications() {
        return delivery;
    }

    private boolean deliver(String from, MemorySegment memory, long offset, int length) {
        return sink.offer(from, memory, offset, length);
    }

    /** Sets where notifications go from now on; an {@link Inbox} with much room at first. */
    public void notifications(NotificationSink replacement) {
        sink = replacement;
    }

    /** The sink that was set last, which must be an {@link Inbox}. */
    public Inbox inbox() {
        return (Inbox) sink;
    }

    @Override
    public void peerLost(BackendPeer peer, Throwable why) {
        lost.add(peer);
    }

    /** The peers that the backend lost, in order. */
    public List<BackendPeer> lost() {
        return List.copyOf(lost);
    }

    /** The backend. */
    public Backend backend() {
        return backend;
    }

    Duration patience() {
        return hurried ? briefPatience() : patience;
    }

    /** For an end that a cancel brings about, when it was waited for in vain before. */
    Duration briefPatience() {
        return patience.dividedBy(BRIEF);
    }

    /** Waits briefly from now on. */
    void hurry() {
        hurried = true;
    }

    boolean polls() {
        return polls;
    }

    /** This agent as its own peer; null where the backend is not remote-capable. */
    public synchronized @Nullable BackendPeer self() {
        if (self == null && backend.capabilities().remote()) {
            self = load(this);
        }
        return self;
    }

    /** Loads another agent, or this one again. */
    public BackendPeer load(TestAgent other) {
        BackendPeer peer = backend.loadPeer(other.name, other.backend.connectionInfo());
        holdings.peers.add(peer);
        return peer;
    }

    /** Registers host memory. */
    public RegisteredMemory register(MemorySegment memory) {
        return register(MemoryRegion.of(memory));
    }

    /** Registers a region. */
    public RegisteredMemory register(MemoryRegion region) {
        RegisteredMemory memory = backend.register(region);
        holdings.memories.add(memory);
        return memory;
    }

    /** Registers a file by path mode, such as {@code rw,create:/tmp/file}, as device 7. */
    public RegisteredMemory file(String pathMode) {
        byte[] metaInfo = pathMode.getBytes(StandardCharsets.UTF_8);
        return register(MemoryRegion.storage(MemoryKind.FILE, 7, 0, 0, metaInfo));
    }

    /** The far side of a transfer within this agent. */
    public RegionHandle loopback(RegisteredMemory memory) {
        RegionHandle handle = backend.loopback(memory);
        if (!Holdings.isSame(handle, memory)) {
            holdings.handles.add(handle);
        }
        return handle;
    }

    /** What this agent sees of a peer's registration. */
    public RegionHandle load(BackendPeer peer, MemorySegment memory, RegisteredMemory registered) {
        MemoryRegion range = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address(), memory.byteSize());
        RegionHandle handle = peer.load(range, registered.publicData());
        holdings.handles.add(handle);
        return handle;
    }

    /** A transfer between one local and one remote region. */
    public Xfer xfer(
            Operation operation,
            RegisteredMemory local,
            @Nullable BackendPeer peer,
            RegionHandle remote,
            int capacity) {
        return new Xfer(this, operation, List.of(local), peer, List.of(remote), capacity);
    }

    void track(Xfer xfer) {
        holdings.transfers.add(xfer);
    }

    /** Closes a handle, memory or peer of this agent before the rest. */
    public void release(AutoCloseable thing) {
        holdings.release(thing);
    }

    /** Closes transfers, peers, handles, registrations and the backend, as an agent does. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            holdings.close();
            backend.close();
        }
    }

    /** Closes the backend and nothing before it, as an agent that must give up; nothing else is closed afterwards. */
    public void closeBackend() {
        if (!closed) {
            closed = true;
            backend.close();
        }
    }
}
