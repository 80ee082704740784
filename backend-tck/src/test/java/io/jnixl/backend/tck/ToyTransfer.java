// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A toy's transfer. */
final class ToyTransfer implements BackendTransfer {
    private static final long CHUNK = 64 << 10;
    /** How often one must have asked how far a post is, to see that it shrinks. */
    private static final int LOOKS = 4;

    private final ToyBackend owner;
    private final TransferRequest request;
    private final ToyPeer peer;
    private final MemorySegment[] local;
    private final MemorySegment[] remote;
    private long[] firstColumns;
    private MemorySegment lastMessage;
    volatile byte[] garbage = {};
    private volatile boolean cancelled;
    private volatile boolean inFlight;
    private volatile boolean closed;
    private volatile boolean posted;
    private final AtomicLong moved = new AtomicLong();
    private final CountDownLatch askedOften = new CountDownLatch(LOOKS);
    private Fence fence;
    private int tells;
    private boolean told;

    ToyTransfer(ToyBackend owner, TransferRequest request) {
        this.owner = owner;
        this.request = request;
        this.peer = (ToyPeer) request.peer();
        this.local = segments(request.local());
        this.remote = segments(request.remote());
    }

    private static MemorySegment[] segments(List<? extends RegionHandle> handles) {
        return handles.stream()
                .map(h -> h instanceof ToyBackend.Memory own ? own.segment() : ((ToyPeer.Handle) h).segment())
                .toArray(MemorySegment[]::new);
    }

    private boolean has(Flaw flaw) {
        return owner.flaw == flaw;
    }

    @Override
    public Status post() {
        if (has(Flaw.NOT_FOR_VIRTUAL_THREADS) && Thread.currentThread().isVirtual()) {
            throw new IllegalCallerException("no virtual threads");
        }
        if (has(Flaw.MAKES_GARBAGE)) {
            garbage = new byte[garbage.length == 64 ? 65 : 64];
        }
        if (has(Flaw.THROWS_FROM_POST)) {
            throw new IllegalStateException("thrown by post");
        }
        if ((has(Flaw.NOT_FROM_THE_SINK) && owner.worker.isOwnThread())
                || (has(Flaw.ONE_AT_A_TIME) && !owner.busy.compareAndSet(false, true))) {
            return Status.NOT_ALLOWED;
        }
        if (!has(Flaw.CANCEL_STICKS)) {
            cancelled = false;
        }
        told = false;
        moved.set(0);
        posted = true;
        inFlight = true;
        fence = has(Flaw.WRITES_AFTER_CLOSE) || has(Flaw.CLOSE_DOES_NOT_WAIT) ? new Fence() : null;
        if (has(Flaw.ANSWERS_AND_TELLS)) {
            Status status = move();
            request.completion().complete(status);
            return status;
        }
        if (has(Flaw.NEEDS_POLLING) || has(Flaw.IGNORES_POLLS)) {
            return owner.worker.park(this) ? Status.IN_PROGRESS : Status.CANCELED;
        }
        if (has(Flaw.ANSWERS_BEFORE_MOVING)) {
            owner.worker.submit(this);
            return Status.SUCCESS;
        }
        return owner.worker.submit(this) ? Status.IN_PROGRESS : Status.CANCELED;
    }

    @Override
    public boolean poll() {
        if (closed && has(Flaw.LATE_POLL_THROWS)) {
            throw new IllegalStateException("polled too late");
        }
        if (has(Flaw.NEEDS_POLLING)) {
            owner.worker.unpark(this);
        }
        return false;
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (inFlight && has(Flaw.CANCEL_TELLS_TOO)) {
            request.completion().complete(Status.CANCELED);
        } else if (inFlight && has(Flaw.CANCEL_TELLS_TOO_SOON)) {
            tell(Status.CANCELED);
        } else if (posted && !inFlight && has(Flaw.CANCEL_TELLS_OF_THE_PAST)) {
            request.completion().complete(Status.CANCELED);
        }
    }

    @Override
    public long bytesMoved() {
        if (has(Flaw.SHRINKS)) {
            askedOften.countDown();
            return askedOften.getCount();
        }
        return moved.get();
    }

    @Override
    public CostEstimate estimateCost() {
        if (has(Flaw.ESTIMATES_WILDLY)) {
            throw new UnsupportedOperationException("no idea");
        }
        return BackendTransfer.super.estimateCost();
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean hasMessage() {
        boolean forgotten =
                has(Flaw.FORGETS_LARGE_TRANSFERS) && request.columns().totalBytes() >= CHUNK;
        return (request.notification().isPresent() && !forgotten) || has(Flaw.NOTIFIES_UNASKED);
    }

    /** Whether it cannot go on. */
    boolean mustStop() {
        return cancelled || owner.closing;
    }

    private Status stop() {
        boolean heeded = !has(Flaw.CANCEL_TELLS_TOO_SOON) && !has(Flaw.CANCEL_CLAIMS_SUCCESS);
        if (owner.closing || (cancelled && heeded)) {
            return has(Flaw.CANCEL_ENDS_AS_A_FAILURE) ? Status.BACKEND : Status.CANCELED;
        }
        if (peer.isGone()) {
            peer.noteLoss();
            return Status.REMOTE_DISCONNECT;
        }
        return Status.SUCCESS;
    }

    /** Moves everything. */
    Status move() {
        if (has(Flaw.TELLS_BEFORE_MOVING)) {
            tell(Status.SUCCESS);
        }
        if (has(Flaw.NOTIFIES_BEFORE_MOVING) && hasMessage()) {
            peer.offer(message());
        }
        TransferColumns c = request.columns();
        if (firstColumns == null) {
            firstColumns = new long[] {c.localAddress(0), c.remoteAddress(0), c.length(0)};
        }
        if (has(Flaw.ANSWERS_BEFORE_MOVING)) {
            LockSupport.parkNanos(1_000_000);
        }
        if (has(Flaw.SHRINKS)) {
            awaitLooks();
        }
        int lost = has(Flaw.LOSES_THE_LAST) && c.count() > 1 ? 1 : 0;
        int count = has(Flaw.CAPACITY_FOR_COUNT) ? c.capacity() : c.count() - lost;
        for (int i = 0; i < count; i++) {
            Status status = fence != null && i == count - 1 ? moveBesideFence(c, i) : move(c, i);
            if (status != Status.SUCCESS) {
                return status;
            }
        }
        return stop();
    }

    private Status moveBesideFence(TransferColumns c, int i) {
        fence.before();
        try {
            return move(c, i);
        } finally {
            fence.after();
        }
    }

    private void awaitLooks() {
        try {
            while (!mustStop() && !askedOften.await(1, TimeUnit.MILLISECONDS)) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Status move(TransferColumns c, int i) {
        MemorySegment here = local[has(Flaw.ONE_REGION_ONLY) ? 0 : c.localRegion(i)];
        MemorySegment there = remote[has(Flaw.ONE_REGION_ONLY) ? 0 : c.remoteRegion(i)];
        boolean old = has(Flaw.OLD_COLUMNS);
        long hereAt = offset(old ? firstColumns[0] : c.localAddress(i), here);
        long thereAt = offset(old ? firstColumns[1] : c.remoteAddress(i), there);
        long length = old ? firstColumns[2] : c.length(i);
        length += has(Flaw.ONE_BYTE_SHORT) ? -1 : has(Flaw.ONE_BYTE_LONG) ? 1 : 0;
        if (length == 0 && has(Flaw.CHOKES_ON_NO_BYTES)) {
            return Status.BACKEND;
        }
        if (length == 0 && has(Flaw.MOVES_WHERE_NOTHING_IS)) {
            length = CHUNK / 1024;
        }
        if (hereAt < 0 || thereAt < 0 || hereAt + length > here.byteSize() || thereAt + length > there.byteSize()) {
            return Status.BACKEND;
        }
        boolean write = request.operation() == (has(Flaw.SWAPS_READ_AND_WRITE) ? Operation.READ : Operation.WRITE);
        for (long done = 0; done < length; done += CHUNK) {
            Status status = stop();
            if (status != Status.SUCCESS || (cancelled && has(Flaw.CANCEL_CLAIMS_SUCCESS))) {
                return status;
            }
            long bytes = Math.min(CHUNK, length - done);
            if (write) {
                MemorySegment.copy(here, hereAt + done, there, thereAt + done, bytes);
            } else {
                MemorySegment.copy(there, thereAt + done, here, hereAt + done, bytes);
            }
            moved.addAndGet(bytes);
        }
        return Status.SUCCESS;
    }

    private long offset(long address, MemorySegment segment) {
        long at = address - segment.address();
        return has(Flaw.OFFSETS_OF_31_BITS) ? (int) at : at;
    }

    private MemorySegment message() {
        int length = Math.max(0, request.notification().length());
        return request.notification().segment().asSlice(0, has(Flaw.CUTS_MESSAGES) ? length / 2 : length);
    }

    /** Delivers the message: NOT_ALLOWED when there is no room. */
    Status notifyTarget() {
        if (has(Flaw.NOTIFIES_BEFORE_MOVING)) {
            return Status.SUCCESS;
        }
        MemorySegment message = message();
        if (has(Flaw.FORGETS_EMPTY_MESSAGES) && message.byteSize() == 0) {
            return Status.SUCCESS;
        }
        if (has(Flaw.SWAPS_MESSAGES)) {
            return swap(message);
        }
        Status status = peer.offer(message);
        if (has(Flaw.NOTIFIES_TWICE) || (has(Flaw.REPEATS_WHEN_FULL) && status == Status.NOT_ALLOWED)) {
            peer.offer(message);
        }
        return status;
    }

    /** Sends each first message of two behind the second. */
    private Status swap(MemorySegment message) {
        if (lastMessage == null) {
            lastMessage = MemorySegment.ofArray(message.toArray(ValueLayout.JAVA_BYTE));
            return Status.SUCCESS;
        }
        peer.offer(message);
        MemorySegment first = lastMessage;
        lastMessage = null;
        return peer.offer(first);
    }

    /** Reports the end. */
    void tell(Status status) {
        boolean forgets = (has(Flaw.CANCEL_IS_FORGOTTEN) && status == Status.CANCELED)
                || (has(Flaw.TELLS_NOTHING_NOW_AND_THEN) && ++tells % 300 == 0)
                || has(Flaw.ANSWERS_BEFORE_MOVING)
                || (has(Flaw.CLOSE_TELLS_NOTHING) && owner.closing)
                || (has(Flaw.WAITS_FOR_THE_DEAD) && status == Status.REMOTE_DISCONNECT)
                || (has(Flaw.WAITS_FOR_THE_UNLOADED) && status == Status.REMOTE_DISCONNECT && peer.isClosedHere());
        boolean again = told
                && (has(Flaw.TELLS_BEFORE_MOVING) || has(Flaw.CANCEL_TELLS_TOO_SOON) || has(Flaw.WRITES_AFTER_CLOSE));
        if (forgets || again) {
            return;
        }
        told = true;
        inFlight = false;
        owner.busy.set(false);
        request.completion().complete(status);
        if (has(Flaw.TELLS_TWICE)) {
            request.completion().complete(status);
        }
    }
}
