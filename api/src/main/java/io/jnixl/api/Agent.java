// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Moves bytes between registered memories: one's own, files, and those of peers. One agent per process is usual, several
 * are allowed.
 *
 * <p>Thread-safe: any thread, virtual ones too, may call any method at any time. Callbacks run on a thread that the
 * method's documentation names and must not block.
 *
 * <p>Control methods (registering, preparing, metadata) take locks and may allocate and log; they fail with a
 * {@link NixlException}. Posting, polling and waiting on a {@link Transfer} do none of this and answer with a
 * {@link Status}.
 *
 * @since 0.1
 */
public interface Agent extends AutoCloseable {

    /**
     * An agent with the backends that are there and the settings found in system properties, environment and
     * {@code jnixl.toml}.
     *
     * @param name not empty; peers know the agent by it
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when no implementation of this interface is on the class or
     *     module path, {@link ErrorCode#INVALID_PARAM} for wrong settings, {@link ErrorCode#BACKEND} when a backend that
     *     the settings name cannot run
     */
    static Agent create(String name) {
        return builder(name).build();
    }

    /** Starts an agent whose settings the program chooses. */
    static AgentBuilder builder(String name) {
        return new AgentBuilder(name);
    }

    /** The name that peers know this agent by. */
    String name();

    // ---- memory

    /**
     * Allocates and registers host memory that this library owns, aligned to a page.
     *
     * @param bytes length in bytes, positive
     * @throws NixlException with {@link ErrorCode#BACKEND} when no backend accepts it
     */
    Allocation allocate(long bytes);

    /**
     * As {@link #allocate(long)}, with a stricter alignment, such as that of huge pages.
     *
     * @param alignment in bytes, a power of two; above 4096 it is ordinary memory, even where a backend has a faster kind
     * @throws NixlException as there; with {@link ErrorCode#INVALID_PARAM} for an alignment that is no power of two
     */
    Allocation allocate(long bytes, long alignment);

    /**
     * Allocates and registers memory of a GPU; the contents are undefined. Memory of another library, such as a tensor's, is
     * registered by its address: {@link #register(MemoryRegion...)} with {@link MemoryRegion#raw}.
     *
     * @param kind {@link MemoryKind#VRAM}
     * @param device ordinal of the GPU, from 0 on, as CUDA counts for this process
     * @param bytes length in bytes, positive
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} without a CUDA driver, a GPU, or the module
     *     {@code io.jnixl.backend.gds}, which knows CUDA; {@link ErrorCode#INVALID_PARAM} for another kind or an ordinal that
     *     does not exist; {@link ErrorCode#NOT_FOUND} when no backend takes it; {@link ErrorCode#BACKEND} with CUDA's error,
     *     such as when there is no memory left, or when every backend refuses
     */
    DeviceAllocation allocate(MemoryKind kind, long device, long bytes);

    /**
     * Copies host memory to a range of a GPU's, which need not be registered: for tests, tools, and programs without a CUDA
     * library of their own. Blocks until the bytes are there; not ordered against transfers.
     *
     * @param from native memory, which must not change meanwhile
     * @param to a range of {@link MemoryKind#VRAM} of the same length, such as {@link MemoryRegion#raw} of a device address
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} as {@link #allocate(MemoryKind, long, long)},
     *     {@link ErrorCode#INVALID_PARAM} for memory of the Java heap, lengths that differ, an ordinal that does not exist, or
     *     an address that is not that GPU's; {@link ErrorCode#BACKEND} with CUDA's error
     */
    void copy(MemorySegment from, MemoryRegion to);

    /**
     * Copies a range of a GPU's memory to host memory; see {@link #copy(MemorySegment, MemoryRegion)}.
     *
     * @param from a range of {@link MemoryKind#VRAM}
     * @param to native memory of the same length, writable
     * @throws NixlException as there; with {@link ErrorCode#INVALID_PARAM} also for a read-only segment
     */
    void copy(MemoryRegion from, MemorySegment to);

    /** Registers host memory of the application's own; see {@link #register(MemoryRegion...)}. */
    Registration register(MemorySegment segment);

    /**
     * Registers regions of one kind with every backend that takes this kind; all regions or none per backend.
     *
     * <p>The memory must outlive the registration. Segments of confined arenas and of the heap are refused, since other
     * threads and the kernel touch the memory.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when no backend takes the kind, {@link ErrorCode#BACKEND}
     *     when all of them refused (each refusal is suppressed in it), {@link ErrorCode#INVALID_PARAM} for no regions,
     *     mixed kinds, or memory that cannot be used
     */
    Registration register(MemoryRegion... regions);

    /** As {@link #register(MemoryRegion...)}, with these backends only; an unknown name is an error. */
    Registration register(List<MemoryRegion> regions, List<String> backends);

    /**
     * Opens a file and registers all of it.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when no backend takes files, {@link ErrorCode#BACKEND} when
     *     the file cannot be opened
     */
    FileRegion open(Path path, FileOption... options);

    /**
     * Asks whether storage is there and what it is like, without registering it. Files are named by their
     * {@link MemoryRegion#metaInfo()}, a plain path or path mode, or by an open file descriptor as the device; address and
     * length do not matter. May block.
     *
     * <p>Each region is answered by the first backend, in the order of preference, that takes its kind and answers such
     * questions.
     *
     * @return for each region, in order: what is known of it, or empty when it does not exist
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when no backend takes the kind,
     *     {@link ErrorCode#NOT_SUPPORTED} when those that do cannot say, {@link ErrorCode#BACKEND} when one fails to find
     *     out; with the region's index as descriptor
     */
    List<Optional<MemoryInfo>> queryMemory(List<MemoryRegion> regions);

    /**
     * As {@link #queryMemory(List)}, by this backend alone.
     *
     * @throws NixlException as there; with {@link ErrorCode#NOT_FOUND} also when no backend of this name runs
     */
    List<Optional<MemoryInfo>> queryMemory(List<MemoryRegion> regions, String backend);

    // ---- peers and metadata

    /**
     * All that a peer needs to reach this agent, in native NIXL's bytes: name, connection information, registrations.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when no backend of this agent reaches other agents
     */
    byte[] metadata();

    /**
     * Part of the metadata.
     *
     * @param registrations what to publish; empty: connection information only
     * @param connectionInfo whether to add connection information to a list that is not empty
     * @param backends which backends to speak for; empty: all
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} for a registration that is closed or not this agent's,
     *     {@link ErrorCode#BACKEND} when none of its backends reaches other agents
     */
    byte[] partialMetadata(List<Registration> registrations, boolean connectionInfo, List<String> backends);

    /**
     * Takes a peer's metadata: full, partial, again. Loading adds to what is known; the same bytes twice change nothing;
     * bytes that cannot be taken whole change nothing either. A peer that comes back with other connection information
     * replaces its former incarnation, whose prepared lists and transfers turn stale, or is refused with
     * {@link ErrorCode#NOT_ALLOWED}, as the setting {@code agent.reload} says. That it was loaded does not mean that it is
     * there: {@link Peer#connect} tells.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} for malformed bytes, {@link ErrorCode#INVALID_PARAM} for one's
     *     own name, {@link ErrorCode#BACKEND} when there is no common backend or one fails, {@link ErrorCode#NOT_FOUND}
     *     for regions of a peer whose connection information never came
     */
    Peer loadPeer(byte[] metadata);

    /** The peer of this name as it is known now, if it is; one's own name answers {@link #self()}. */
    Optional<Peer> peer(String name);

    /** All peers known now, without oneself, by name. */
    List<Peer> peers();

    /** This agent as its own peer, for transfers within it. */
    Peer self();

    /**
     * Whether the peer is known and one backend covers all of the list; an empty list asks for the peer alone.
     */
    boolean checkPeer(String name, DescriptorList list);

    /**
     * Forgets a peer: prepared lists and transfers made for it turn stale, those in flight end as
     * {@link Status#NOT_FOUND}.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} for an unknown name, {@link ErrorCode#INVALID_PARAM} for
     *     one's own
     */
    void invalidatePeer(String name);

    // ---- how metadata travels

    /**
     * Listens where the settings {@code agent.listen_address} and {@code agent.listen_port} say: by default on the
     * loopback interface, port 8888.
     *
     * @throws NixlException as {@link #listen(String, int)}
     */
    Listener listen();

    /**
     * Listens for other agents, native NIXL's too: they send their metadata, which is loaded, fetch this agent's as it is
     * then, and say that one is gone. Register memory first: a peer that fetched before knows nothing of it.
     *
     * @param host the name or address to bind, IPv4 or IPv6; {@code 0.0.0.0} or {@code ::} for all interfaces
     * @param port native NIXL's is 8888; 0 lets the system choose
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a host that is not this machine's or no port,
     *     {@link ErrorCode#BACKEND} when the port is taken
     */
    Listener listen(String host, int port);

    /**
     * Where another agent listens. Neither resolves the name nor connects.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an empty host or no port from 1 to 65535
     */
    Contact contact(String host, int port);

    /**
     * Fetches the metadata of the agent that listens there, loads it and connects.
     *
     * @param name the agent expected; the future fails with {@link ErrorCode#MISMATCH} when another listens, and nothing
     *     is loaded then; with {@link ErrorCode#INVALID_PARAM} for an empty name or one's own
     * @return ends as {@link Contact#fetch()} says, or as {@link Peer#connect()}
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an empty host or no port from 1 to 65535
     */
    CompletableFuture<Peer> connect(String name, String host, int port);

    /**
     * The place where agents leave their metadata for one another.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when the setting {@code agent.exchange} names none
     */
    Exchange exchange();

    /** Calls the listener for each peer event from now on, on a thread of the agent; close to stop. */
    Subscription onPeer(Consumer<PeerEvent> listener);

    // ---- transfers

    /** Resolves a local list against what is registered, once. */
    Prepared prepare(DescriptorList local);

    /**
     * Resolves a peer's list against what the peer published, once. With {@link #self()}: against one's own
     * registrations, as the far side of a transfer.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} naming the first descriptor that no registration covers, and
     *     what there is; {@link ErrorCode#INVALID_PARAM} for an empty list or a list of another peer
     */
    Prepared prepare(Peer peer, DescriptorList remote);

    /** Starts a transfer between two prepared lists, whose descriptors are chosen by index. */
    TransferBuilder transfer(Operation operation, Prepared local, Prepared remote);

    /** Starts a transfer between two lists of equal length. */
    TransferBuilder transfer(Operation operation, DescriptorList local, Peer peer, DescriptorList remote);

    /** Starts a WRITE from local memory: {@code agent.write(list).to(region.blocks(4096)).prepare()}. */
    WriteSource write(DescriptorList local);

    /** Starts a WRITE from one range of local memory. */
    default WriteSource write(MemorySegment local) {
        return write(DescriptorList.of(local));
    }

    /**
     * Starts a READ from a peer's region or a file: {@code agent.read(region.blocks(4096)).into(list).prepare()}.
     *
     * @param remote a list that knows its owner
     */
    ReadSource read(DescriptorList remote);

    /** Waits until one of the transfers is final; an empty collection or one not posted is an error. */
    Transfer awaitAny(Collection<? extends Transfer> transfers);

    /** As {@link #awaitAny(Collection)}, at most this long; empty when the time is over. */
    Optional<Transfer> awaitAny(Collection<? extends Transfer> transfers, Duration timeout);

    // ---- notifications

    /**
     * Sends a notification that belongs to no transfer; not ordered against transfers. Returns when it is handed over;
     * blocks while the receiver's queue is full, at most {@code agent.send_timeout}.
     *
     * @param message opaque bytes, possibly none; copied
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} when the peer is stale, {@link ErrorCode#BACKEND} when no
     *     common backend notifies, {@link ErrorCode#TIMED_OUT} when the receiver takes none
     */
    void sendNotification(Peer peer, byte[] message);

    /** Sends text as UTF-8; see {@link #sendNotification(Peer, byte[])}. */
    void sendNotification(Peer peer, String message);

    /**
     * Waits for the next notification from anyone. Blocks; made for virtual threads too. A platform thread lets the backends
     * work at first, as {@code agent.progress} says, and may run callbacks of transfers meanwhile.
     *
     * @throws NixlException with {@link ErrorCode#TIMED_OUT} when none came in time
     */
    Notification awaitNotification(Duration timeout);

    /** As {@link #awaitNotification(Duration)}, from one agent; those of others stay queued, in order. */
    Notification awaitNotification(String from, Duration timeout);

    /** Takes all notifications that are queued now, oldest first; never blocks. */
    List<Notification> drainNotifications();

    /**
     * Hands every notification from now on to the listener instead of the queue, on a thread of the agent, one at a time.
     * What is queued already is handed over first. With several listeners each gets every notification. One that a thread in
     * {@code awaitNotification} gets first, listeners do not hear of: do not mix them.
     */
    Subscription onNotification(Consumer<Notification> listener);

    // ---- looking inside

    /** Every backend found, running or not, with the reason. */
    List<BackendInfo> backends();

    /** Why this transfer runs on its backend, and why not on the others. */
    Explanation explain(Transfer transfer);

    /**
     * What would be chosen for these lists, and why. Nothing is created, but that a rule which orders by cost has the
     * candidates prepare the transfer, to ask them what it would take.
     */
    Explanation explain(Operation operation, DescriptorList local, Peer peer, DescriptorList remote);

    /** Counters since the agent was made. */
    AgentStatistics statistics();

    /**
     * Counters of each running backend, in the order of preference, and how it reaches its peers. May wait shortly for a
     * backend that is busy: for people and for monitoring now and then, not for every post.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when the agent is closed
     */
    List<BackendStatistics> backendStatistics();

    /** The settings in force, each with its origin; secrets are masked. */
    List<Setting> settings();

    /**
     * Withdraws what it has published by its {@link #exchange()}, lets nobody in any more, ends what is in flight, forgets
     * peers, closes registrations and backends, in this order; idempotent. Never throws for what is in flight: waits for it,
     * bounded by {@code agent.close_timeout}, and logs what it had to leave.
     */
    @Override
    void close();

    /**
     * The first half of a WRITE.
     *
     * @since 0.1
     */
    interface WriteSource {
        /** To a list that knows its owner: from a {@link RemoteRegion} or a {@link FileRegion}. */
        TransferBuilder to(DescriptorList remote);

        /** To addresses of this peer. */
        TransferBuilder to(Peer peer, DescriptorList remote);
    }

    /**
     * The first half of a READ.
     *
     * @since 0.1
     */
    interface ReadSource {
        /** Into local memory. */
        TransferBuilder into(DescriptorList local);

        /** Into one range of local memory. */
        default TransferBuilder into(MemorySegment local) {
            return into(DescriptorList.of(local));
        }
    }
}
