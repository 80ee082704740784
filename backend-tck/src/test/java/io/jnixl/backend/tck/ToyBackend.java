// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

    final Flaw flaw;
    final BackendContext context;
    final ToyWorker worker;
    volatile boolean closing;
    private final long id = NUMBERS.incrementAndGet();
    private final AtomicLong asked = new AtomicLong();
    private final Set<Long> addresses = ConcurrentHashMap.newKeySet();

    ToyBackend(Flaw flaw, BackendContext context) {
        this.flaw = flaw;
        this.context = context;
        this.worker = new ToyWorker(this);
        LIVE.put(id, this);
        worker.start("toy-" + context.agentName());
    }

    @Override
    public Capabilities capabilities() {
        return flaw == Flaw.LESS_THAN_IT_SAID ? Capabilities.localOnly() : Capabilities.network(LONGEST_MESSAGE);
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
            PUBLISHED.remove(number);
            owner.addresses.remove(segment.address());
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
        Memory memory = new Memory(this, NUMBERS.incrementAndGet(), segment);
        PUBLISHED.put(memory.number(), segment);
        return memory;
    }

    @Override
    public byte[] connectionInfo() {
        return key(flaw == Flaw.OTHER_INFORMATION_EACH_TIME ? asked.incrementAndGet() : id);
    }

    @Override
    public BackendPeer loadPeer(String name, byte[] info) {
        ToyBackend target = flaw == Flaw.TRUSTS_PEERS && info.length > 0 ? this : LIVE.get(number(info));
        if (target == null) {
            throw new NixlException(ErrorCode.BACKEND, "no toy of that number");
        }
        return new ToyPeer(this, target);
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(KEY_BYTES).putInt(MAGIC).putLong(number).array();
    }

    private static long number(byte[] key) {
        if (key.length != KEY_BYTES || ByteBuffer.wrap(key).getInt() != MAGIC) {
            throw new NixlException(ErrorCode.BACKEND, "not a toy's key");
        }
        return ByteBuffer.wrap(key).getLong(Integer.BYTES);
    }

    static @Nullable MemorySegment published(byte[] key) {
        return PUBLISHED.get(number(key));
    }

    @Override
    public BackendTransfer prepare(TransferRequest request) {
        if (!request.options().isEmpty() && flaw != Flaw.SWALLOWS_OPTIONS) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "a toy has no options " + request.options());
        }
        return new ToyTransfer(this, request);
    }

    @Override
    public void close() {
        if (flaw == Flaw.CLOSE_TAKES_LONG) {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
        closing = true;
        LIVE.remove(id);
        worker.close();
    }
}
