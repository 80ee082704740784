// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Admission;
import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.agent.internal.config.Settings;
import io.jnixl.api.Agent;
import io.jnixl.api.AgentStatistics;
import io.jnixl.api.Allocation;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Contact;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Exchange;
import io.jnixl.api.Explanation;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Listener;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Prepared;
import io.jnixl.api.Registration;
import io.jnixl.api.Setting;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent: it checks arguments and hands each matter to the part that looks after it. Wired by {@link AgentStart}.
 */
public final class AgentImpl implements Agent {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final String name;
    private final Settings settings;
    private final List<BackendInfo> infos;
    private final List<BackendSlot> slots;
    private final Memory memory;
    private final Devices devices;
    private final Peers peers;
    private final Tasks tasks;
    private final @Nullable ExchangeImpl exchange;
    private final Meetings meetings;
    private final Selector selector;
    private final AdmissionGate admission;
    private final DeadlineWatch deadlines;
    private final Slab slab = new Slab();
    private final Notifications notifications;
    private final Transfers transfers;
    private final ListIntake lists;
    private final Set<String> saidFailovers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final long defaultDeadline;
    private final long defaultStall;
    private final boolean defaultStatistics;
    private final long sendTimeout;
    private final long closeTimeout;

    AgentImpl(
            String name,
            Settings settings,
            Policies policies,
            List<BackendInfo> infos,
            List<BackendSlot> slots,
            Devices devices,
            Notifications notifications,
            Peers peers,
            Tasks tasks,
            @Nullable ExchangeImpl exchange,
            Meetings meetings) {
        this.name = name;
        this.settings = settings;
        this.infos = List.copyOf(infos);
        this.slots = List.copyOf(slots);
        this.memory = new Memory(this, slots);
        this.devices = devices;
        this.peers = peers;
        this.tasks = tasks;
        this.exchange = exchange;
        this.meetings = meetings;
        this.notifications = notifications;
        this.selector = new Selector(slots, settings.rules(), settings.permits(), policies);
        this.admission = new AdmissionGate(
                settings.get(AgentOptions.MAX_TRANSFERS_IN_FLIGHT),
                settings.get(AgentOptions.MAX_BYTES_IN_FLIGHT),
                settings.get(AgentOptions.ADMISSION) == Admission.WAIT);
        this.deadlines = new DeadlineWatch(name);
        this.transfers = new Transfers(name, deadlines);
        this.lists = new ListIntake(this, peers, this.slots);
        this.defaultDeadline = Durations.nanos(settings.get(AgentOptions.DEADLINE));
        this.defaultStall = Durations.nanos(settings.get(AgentOptions.STALL_TIMEOUT));
        this.defaultStatistics = settings.get(AgentOptions.STATISTICS);
        this.sendTimeout = Durations.nanos(settings.get(AgentOptions.SEND_TIMEOUT));
        this.closeTimeout = Durations.nanos(settings.get(AgentOptions.CLOSE_TIMEOUT));
        peers.start(slots, memory.space());
        meetings.start(this::metadata);
        if (exchange != null) {
            exchange.start(this::metadata);
        }
    }

    // ---- for the other parts

    List<BackendSlot> slots() {
        return slots;
    }

    RegionSpace space() {
        return memory.space();
    }

    Selector selector() {
        return selector;
    }

    AdmissionGate admission() {
        return admission;
    }

    DeadlineWatch deadlines() {
        return deadlines;
    }

    Slab slab() {
        return slab;
    }

    long defaultDeadlineNanos() {
        return defaultDeadline;
    }

    boolean defaultStatistics() {
        return defaultStatistics;
    }

    long defaultStallNanos() {
        return defaultStall;
    }

    long sendTimeoutNanos() {
        return sendTimeout;
    }

    long closeTimeoutNanos() {
        return closeTimeout;
    }

    Driver driver() {
        return notifications.driver();
    }

    void checkOpen() {
        if (closed.get()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + name + " is closed");
        }
    }

    void forget(RegistrationImpl registration) {
        memory.forget(registration);
    }

    void made(TransferImpl transfer) {
        transfers.add(transfer);
        if (closed.get()) {
            transfer.close();
            checkOpen();
        }
    }

    void retired(TransferImpl transfer) {
        transfers.remove(transfer);
    }

    void warn(String message, Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, "agent " + name + ": " + message, cause);
    }

    void warnUnexpectedCompletion(TransferImpl transfer, Status status) {
        LOG.log(
                System.Logger.Level.WARNING,
                "agent {0}: backend {1} reported {2} for {3}, which had no post in flight; a defect of the backend",
                name,
                transfer.backend(),
                status,
                transfer.label());
    }

    /** Says once for each pair of backends that one takes over from the other, and why the first time. */
    void tellFailover(TransferPlan failed, TransferPlan successor, String why) {
        if (saidFailovers.add(failed.slot() + " " + successor.slot() + " "
                + failed.choice().way().name())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: {1} takes over from {2}, as {3} says: {4} {5}; said once",
                    name,
                    successor.slot(),
                    failed.slot(),
                    failed.choice().way().name(),
                    failed.label(),
                    why);
        }
    }

    // ---- memory

    @Override
    public String name() {
        return name;
    }

    @Override
    public Allocation allocate(long bytes) {
        return allocate(bytes, 1);
    }

    @Override
    public Allocation allocate(long bytes, long alignment) {
        checkOpen();
        return memory.allocate(bytes, alignment);
    }

    @Override
    public DeviceAllocation allocate(MemoryKind kind, long device, long bytes) {
        checkOpen();
        return devices.allocate(kind, device, bytes, region -> memory.register(List.of(region), slots));
    }

    @Override
    public void copy(MemorySegment from, MemoryRegion to) {
        checkOpen();
        devices.copy(from, to);
    }

    @Override
    public void copy(MemoryRegion from, MemorySegment to) {
        checkOpen();
        devices.copy(from, to);
    }

    @Override
    public Registration register(MemorySegment segment) {
        return register(MemoryRegion.of(segment));
    }

    @Override
    public Registration register(MemoryRegion... regions) {
        return register(List.of(regions), List.of());
    }

    @Override
    public Registration register(List<MemoryRegion> regions, List<String> backends) {
        checkOpen();
        return memory.register(regions, backends.isEmpty() ? slots : selector.named(backends));
    }

    @Override
    public FileRegion open(Path path, FileOption... options) {
        checkOpen();
        return memory.open(path, Set.of(options));
    }

    @Override
    public List<Optional<MemoryInfo>> queryMemory(List<MemoryRegion> regions) {
        checkOpen();
        return StorageQuery.ask(regions, slots);
    }

    @Override
    public List<Optional<MemoryInfo>> queryMemory(List<MemoryRegion> regions, String backend) {
        checkOpen();
        return StorageQuery.ask(regions, selector.named(List.of(backend)));
    }

    // ---- peers and metadata

    @Override
    public byte[] metadata() {
        checkOpen();
        return new MetadataExport(name, slots, memory.space()).full();
    }

    @Override
    public byte[] partialMetadata(List<Registration> registrations, boolean connectionInfo, List<String> backends) {
        checkOpen();
        MetadataExport export =
                new MetadataExport(name, backends.isEmpty() ? slots : selector.named(backends), memory.space());
        return registrations.isEmpty()
                ? export.connectionsOnly()
                : export.partial(memory.own(registrations), connectionInfo);
    }

    @Override
    public Peer loadPeer(byte[] metadata) {
        checkOpen();
        return peers.load(metadata);
    }

    @Override
    public Optional<Peer> peer(String peerName) {
        return peers.find(peerName).map(p -> p);
    }

    @Override
    public List<Peer> peers() {
        return List.copyOf(peers.others());
    }

    @Override
    public Peer self() {
        return peers.self();
    }

    @Override
    public boolean checkPeer(String peerName, DescriptorList list) {
        return peers.find(peerName)
                .map(p -> list.isEmpty() || slots.stream().anyMatch(s -> p.covers(s, list.kind(), list)))
                .orElse(false);
    }

    @Override
    public void invalidatePeer(String peerName) {
        peers.invalidate(peerName);
    }

    // ---- how metadata travels

    @Override
    public Listener listen() {
        checkOpen();
        return meetings.listen();
    }

    @Override
    public Listener listen(String host, int port) {
        checkOpen();
        return meetings.listen(host, port);
    }

    @Override
    public Contact contact(String host, int port) {
        checkOpen();
        return meetings.contact(host, port);
    }

    @Override
    public CompletableFuture<Peer> connect(String peerName, String host, int port) {
        checkOpen();
        return meetings.connect(peerName, host, port);
    }

    @Override
    public Exchange exchange() {
        checkOpen();
        if (exchange == null) {
            throw NixlException.of(ErrorCode.NOT_FOUND, "agent " + name + " has no metadata exchange")
                    .remedy("set agent.exchange, to files or etcd say")
                    .build();
        }
        return exchange;
    }

    @Override
    public Subscription onPeer(Consumer<PeerEvent> listener) {
        return peers.events().subscribe(listener);
    }

    // ---- transfers

    @Override
    public Prepared prepare(DescriptorList local) {
        return lists.checked(prepareLocal(local));
    }

    @Override
    public Prepared prepare(Peer peer, DescriptorList remote) {
        return lists.checked(prepareRemote(peer, remote));
    }

    private PreparedImpl prepareLocal(DescriptorList local) {
        checkOpen();
        return lists.local(local);
    }

    private PreparedImpl prepareRemote(Peer peer, DescriptorList remote) {
        checkOpen();
        return lists.remote(peer, remote);
    }

    @Override
    public TransferBuilder transfer(Operation operation, Prepared local, Prepared remote) {
        return new TransferBuilderImpl(this, operation, own(local, "local"), own(remote, "remote"), true);
    }

    private PreparedImpl own(Prepared prepared, String side) {
        if (!(prepared instanceof PreparedImpl impl) || !impl.isOf(this)) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "the " + side + " list was prepared by another agent");
        }
        return impl;
    }

    @Override
    public TransferBuilder transfer(Operation operation, DescriptorList local, Peer peer, DescriptorList remote) {
        return new TransferBuilderImpl(this, operation, prepareLocal(local), prepareRemote(peer, remote), false);
    }

    @Override
    public WriteSource write(DescriptorList local) {
        Objects.requireNonNull(local, "local");
        return new WriteSource() {
            @Override
            public TransferBuilder to(DescriptorList remote) {
                return transfer(Operation.WRITE, local, lists.ownerOf(remote), remote);
            }

            @Override
            public TransferBuilder to(Peer peer, DescriptorList remote) {
                return transfer(Operation.WRITE, local, peer, remote);
            }
        };
    }

    @Override
    public ReadSource read(DescriptorList remote) {
        Peer owner = lists.ownerOf(remote);
        return local -> transfer(Operation.READ, local, owner, remote);
    }

    @Override
    public Transfer awaitAny(Collection<? extends Transfer> some) {
        return awaitAny(some, Long.MAX_VALUE)
                .orElseThrow(() -> new NixlException(ErrorCode.CANCELED, "interrupted while waiting"));
    }

    @Override
    public Optional<Transfer> awaitAny(Collection<? extends Transfer> some, Duration timeout) {
        return awaitAny(some, Durations.nanos(timeout));
    }

    private Optional<Transfer> awaitAny(Collection<? extends Transfer> some, long nanos) {
        TransferImpl[] own = some.stream().map(this::own).toArray(TransferImpl[]::new);
        return Optional.ofNullable(AnyWait.await(own, driver(), nanos));
    }

    private TransferImpl own(Transfer transfer) {
        if (!(transfer instanceof TransferImpl impl) || !impl.isOf(this)) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, "transfer " + transfer.label() + " belongs to another agent");
        }
        return impl;
    }

    // ---- notifications

    @Override
    public void sendNotification(Peer peer, byte[] message) {
        checkOpen();
        notifications.send(peers.own(peer), message, sendTimeout);
    }

    @Override
    public void sendNotification(Peer peer, String message) {
        sendNotification(peer, message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Notification awaitNotification(Duration timeout) {
        return notifications.await(null, timeout);
    }

    @Override
    public Notification awaitNotification(String from, Duration timeout) {
        return notifications.await(Objects.requireNonNull(from, "from"), timeout);
    }

    @Override
    public List<Notification> drainNotifications() {
        return notifications.queue().drain();
    }

    @Override
    public Subscription onNotification(Consumer<Notification> listener) {
        checkOpen();
        return notifications.subscribe(listener);
    }

    // ---- looking inside

    @Override
    public List<BackendInfo> backends() {
        return infos;
    }

    @Override
    public Explanation explain(Transfer transfer) {
        return own(transfer).explanation();
    }

    @Override
    public Explanation explain(Operation operation, DescriptorList local, Peer peer, DescriptorList remote) {
        Objects.requireNonNull(operation, "operation");
        if (local.isEmpty() || remote.isEmpty()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "the list is empty: nothing to choose a backend for");
        }
        return new TransferBuilderImpl(this, operation, prepareLocal(local), prepareRemote(peer, remote), false)
                .choose()
                .explain(this);
    }

    /** What would be chosen, as far as can be told without memory. */
    public Explanation explain(KindDemand demand, List<String> hints) {
        return selector.choose(demand, hints).explain(this);
    }

    @Override
    public AgentStatistics statistics() {
        TransferCounts sum = new TransferCounts();
        slots.forEach(slot -> sum.add(slot.retired));
        transfers.all().forEach(transfer -> sum.add(transfer.mover().counts));
        return new AgentStatistics(
                sum.posts(),
                sum.bytes(),
                sum.failures(),
                admission.inFlight(),
                transfers.all().size(),
                memory.count(),
                peers.others().size(),
                notifications.queue().size());
    }

    @Override
    public List<BackendStatistics> backendStatistics() {
        checkOpen();
        return slots.stream()
                .map(slot -> BackendReport.of(slot, transfers.all()))
                .toList();
    }

    @Override
    public List<Setting> settings() {
        return settings.all();
    }

    // ---- the end

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        meetings.closeListeners();
        tasks.close();
        meetings.close();
        if (exchange != null) {
            long share = closeTimeout / 4; // a server that does not answer must not take the transfers' time
            exchange.close(Duration.ofNanos(Math.min(share, Durations.nanos(tasks.timeout()))));
        }
        long deadline = System.nanoTime() + closeTimeout;
        admission.close();
        notifications.close(); // takes and drops what comes: a backend held up by a full queue could not end its posts
        transfers.close(deadline);
        peers.close(deadline);
        memory.close();
        slots.forEach(this::closeBackend);
        deadlines.close();
        if (transfers.isEmpty()) {
            slab.close(); // else a backend may still read a message
        }
    }

    private void closeBackend(BackendSlot slot) {
        try {
            slot.backend.close();
        } catch (RuntimeException e) {
            warn("closing backend " + slot + " failed", e);
        }
    }

    @Override
    public String toString() {
        return "Agent " + name + " with " + slots;
    }
}
