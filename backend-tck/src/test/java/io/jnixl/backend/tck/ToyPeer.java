// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** Another toy, or the same. */
final class ToyPeer implements BackendPeer {
    private final ToyBackend owner;
    private final ToyBackend target;
    private final AtomicInteger losses = new AtomicInteger();
    private final AtomicInteger sends = new AtomicInteger();
    private final AtomicInteger connects = new AtomicInteger();
    private volatile boolean closed;

    /** A peer's memory. */
    record Handle(MemorySegment segment) implements RegionHandle {
        @Override
        public void close() {}
    }

    ToyPeer(ToyBackend owner, ToyBackend target) {
        this.owner = owner;
        this.target = target;
    }

    boolean isGone() {
        return closed || target.closing;
    }

    boolean isClosedHere() {
        return closed;
    }

    void noteLoss() {
        if (!closed && !owner.closing && (losses.incrementAndGet() == 1 || owner.flaw == Flaw.LOSES_TWICE)) {
            owner.context.peerLost(this, new NixlException(ErrorCode.REMOTE_DISCONNECT, "the toy is gone"));
        }
    }

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        if (owner.flaw == Flaw.TRUSTS_DATA_OF_PEERS) {
            return new Handle(MemorySegment.ofAddress(region.address()));
        }
        MemorySegment segment = owner.published(publicData);
        if (segment == null || segment.address() != region.address() || segment.byteSize() != region.length()) {
            throw new NixlException(ErrorCode.BACKEND, "no such memory is registered");
        }
        return new Handle(segment);
    }

    @Override
    public void connect() {
        if (owner.flaw == Flaw.CONNECTS_ONCE && connects.incrementAndGet() > 1) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, "connected already");
        }
    }

    @Override
    public Status send(MemorySegment message) {
        if (message.byteSize() > ToyBackend.LONGEST_MESSAGE && owner.flaw != Flaw.TAKES_LONG_MESSAGES) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "too long for a toy");
        }
        if (owner.flaw == Flaw.SEND_DROPS && sends.incrementAndGet() == 5000) {
            return Status.SUCCESS;
        }
        return offer(message);
    }

    Status offer(MemorySegment message) {
        if (isGone()) {
            return Status.REMOTE_DISCONNECT;
        }
        if (target.driven) {
            byte[] copy = message.toArray(ValueLayout.JAVA_BYTE);
            return target.waiting.add(() -> deliver(MemorySegment.ofArray(copy))) ? Status.SUCCESS : Status.NOT_ALLOWED;
        }
        return deliver(message);
    }

    private Status deliver(MemorySegment message) {
        String name = (owner.flaw == Flaw.SIGNS_WRONG ? target : owner).context.agentName();
        return target.context.notifications().offer(name, message) ? Status.SUCCESS : Status.NOT_ALLOWED;
    }

    @Override
    public void close() {
        closed = true;
        owner.peers.remove(this);
        if (owner.flaw == Flaw.CLOSES_THE_TWIN_TOO) {
            owner.peers.stream().filter(p -> p.target == target).forEach(p -> p.closed = true);
        }
    }
}
