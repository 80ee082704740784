// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The smallest backend that passes the whole contract: copies between the agents of one process, on a thread of its own. */
final class ToyBackend implements Backend {
    static final int LONGEST_MESSAGE = 4096;
    private static final int MAGIC = 0x546F7921;
    private static final int KEY_BYTES = 12;
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<Long, ToyBackend> LIVE = new ConcurrentHashMap<>();
    private static final Map<Long, MemorySegment> PUBLISHED = new ConcurrentHashMap<>();
    /** What flawed toys leak. */
    static final Queue<Object> KEPT = new ConcurrentLinkedQueue<>();

    final Flaw flaw;
    final BackendContext context;
    final ToyWorker worker;
    volatile boolean closing;
    private final long id = NUMBERS.incrementAndGet();
    private final AtomicLong asked = new AtomicLong();
    private final Set<Long> addresses = ConcurrentHashMap.newKeySet();
    /** Loaded and not closed. */
    final Set<ToyPeer> peers = ConcurrentHashMap.newKeySet();

    /** Messages that wait for somebody to drive this backend, with one flaw. */
    final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    volatile boolean driven;

    /** Whether a post has not ended, with one flaw. */
    final AtomicBoolean busy = new AtomicBoolean();

    private final AtomicReference<Thread> firstThread = new AtomicReference<>();

    ToyBackend(Flaw flaw, BackendContext context, int room) {
        this.flaw = flaw;
        this.context = context;
        this.worker = new ToyWorker(this, room);
        LIVE.put(id, this);
        if (flaw == Flaw.KEEPS_AGENTS) {
            KEPT.add(this);
        } else if (flaw == Flaw.KEEPS_FILES_OPEN) {
            KEPT.add(openFile());
        }
        worker.start("toy-" + context.agentName());
    }

    @Override
    public Capabilities capabilities() {
        boolean local = flaw == Flaw.LESS_THAN_IT_SAID || flaw == Flaw.PEERS_WITHOUT_REMOTE;
        return local ? Capabilities.localOnly() : Capabilities.network(LONGEST_MESSAGE);
    }

    private static FileChannel openFile() {
        try {
            return FileChannel.open(Path.of("/dev/null"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return flaw != Flaw.MOVES_NOTHING;
    }

    @Override
    public BackendDetails details() {
        return flaw == Flaw.COUNTS_BY_WRONG_NAMES
                ? new BackendDetails(Map.of("Posts made", 1L), Map.of(), Map.of())
                : BackendDetails.NONE;
    }

    @Override
    public Optional<AllocatedMemory> allocate(long bytes, Arena arena) {
        if (flaw != Flaw.ALLOCATES_USED_MEMORY) {
            return Optional.empty();
        }
        MemorySegment segment = arena.allocate(bytes, 4096).fill((byte) 1);
        return Optional.of(new AllocatedMemory(segment, register(MemoryRegion.of(segment))));
    }

    /** Memory that is registered here. */
    record Memory(ToyBackend owner, long number, MemorySegment segment) implements RegisteredMemory {
        @Override
        public byte[] publicData() {
            boolean other = owner.flaw == Flaw.OTHER_DATA_EACH_TIME;
            return key(other ? owner.asked.incrementAndGet() : number);
        }

        @Override
        public void close() {
            if (owner.flaw != Flaw.KEEPS_MEMORY) {
                PUBLISHED.remove(number);
            }
            if (owner.flaw != Flaw.ONE_REGISTRATION_EVER) {
                owner.addresses.remove(segment.address());
            }
        }
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment == null) {
            if (flaw != Flaw.REFUSES_NOTHING) {
                throw new NixlException(ErrorCode.NOT_SUPPORTED, "a toy takes segments only, not " + region);
            }
            segment = MemorySegment.NULL;
        }
        if (flaw == Flaw.ONE_REGISTRATION_PER_ADDRESS && !addresses.add(segment.address())) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, "registered twice");
        }
        if (flaw == Flaw.ONE_REGISTRATION_EVER && !addresses.add(segment.address())) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, "registered before");
        }
        requireOneThread();
        Memory memory = new Memory(this, NUMBERS.incrementAndGet(), segment);
        PUBLISHED.put(memory.number(), segment);
        return memory;
    }

    private void requireOneThread() {
        if (flaw == Flaw.ONE_THREAD_ONLY
                && !firstThread.compareAndSet(null, Thread.currentThread())
                && firstThread.get() != Thread.currentThread()) {
            throw new IllegalCallerException("another thread");
        }
    }

    @Override
    public byte[] connectionInfo() {
        if (flaw == Flaw.SAME_INFORMATION_FOR_ALL) {
            return key(0);
        }
        return key(flaw == Flaw.OTHER_INFORMATION_EACH_TIME ? asked.incrementAndGet() : id);
    }

    @Override
    public BackendPeer loadPeer(String name, byte[] info) {
        boolean trusts = info.length > 0 ? flaw == Flaw.TRUSTS_PEERS : flaw == Flaw.TAKES_EMPTY_INFORMATION;
        ToyBackend target = trusts ? this : LIVE.get(number(info));
        if (target == null) {
            throw new NixlException(ErrorCode.BACKEND, "no toy of that number");
        }
        ToyPeer peer = new ToyPeer(this, target);
        peers.add(peer);
        return peer;
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(KEY_BYTES).putInt(MAGIC).putLong(number).array();
    }

    private long number(byte[] key) {
        if (key.length != KEY_BYTES || ByteBuffer.wrap(key).getInt() != MAGIC) {
            ErrorCode code = flaw == Flaw.REFUSES_WITH_ANOTHER_CODE ? ErrorCode.INVALID_PARAM : ErrorCode.BACKEND;
            throw new NixlException(code, "not a toy's key");
        }
        return ByteBuffer.wrap(key).getLong(Integer.BYTES);
    }

    @Nullable
    MemorySegment published(byte[] key) {
        return PUBLISHED.get(number(key));
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        if (!request.options().isEmpty() && flaw != Flaw.SWALLOWS_OPTIONS) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "a toy has no options " + request.options());
        }
        ToyTransfer transfer = new ToyTransfer(this, request);
        if (flaw == Flaw.KEEPS_TRANSFERS) {
            KEPT.add(transfer);
        }
        return transfer;
    }

    @Override
    public boolean progress() {
        driven = flaw == Flaw.SLEEPS_AT_REST;
        Runnable first = waiting.poll();
        if (first != null) {
            first.run();
        }
        return first != null;
    }

    @Override
    public void close() {
        if (flaw == Flaw.CLOSE_TAKES_LONG) {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
        closing = flaw != Flaw.WRITES_AFTER_CLOSE && flaw != Flaw.CLOSE_DOES_NOT_WAIT;
        LIVE.remove(id);
        peers.clear();
        worker.close();
    }
}
