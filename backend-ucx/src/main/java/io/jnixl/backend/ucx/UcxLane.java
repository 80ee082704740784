// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.TransferColumns;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's way to a peer: its endpoint to the peer's first worker, and what is under way on it. (UCX calls something
 * else lanes: the transports within an endpoint.)
 *
 * <p>Methods say "owner" when the caller must own the worker; others may be called by any thread.
 */
final class UcxLane {
    /** Bytes that messages which are out of use may hold on to. */
    private static final long MOST_IDLE = 256 << 10;

    private final UcxWorker worker;
    private final UcxPeer peer;
    private final List<Long> keysToDestroy = new ArrayList<>();
    private volatile UcxEndpoint endpoint;
    private @Nullable UcxPost underWay;
    private volatile long sendingBytes;
    private @Nullable UcxSend idle;
    private long idleBytes;

    /** Link of {@link CompletionQueue}. */
    @Nullable
    UcxLane nextFailing;

    UcxLane(UcxWorker worker, UcxPeer peer) {
        this.worker = worker;
        this.peer = peer;
        this.endpoint = new UcxEndpoint(worker, this);
    }

    UcxWorker worker() {
        return worker;
    }

    UcxPeer peer() {
        return peer;
    }

    /** Owner: the {@code ucp_ep_h}. */
    long endpoint() {
        return endpoint.handle();
    }

    /** Whether it can be posted to; not when another worker has found the peer gone, either. */
    boolean isUsable() {
        return endpoint.isUsable() && !peer.isLost();
    }

    /** Owner: whether its own connection has failed or is closing; not when another worker has found the peer gone. */
    boolean hasFailed() {
        return !endpoint.isUsable();
    }

    boolean isClosed() {
        return endpoint.isClosed();
    }

    /** Why what is under way fails, where that is known better than by what UCX says; else empty. */
    String knownReason() {
        String dead = worker.whyDead();
        String known = dead == null ? peer.whyGone() : dead;
        return known == null ? "" : ": " + known;
    }

    /** What UCX said, if it said anything. */
    @Nullable
    String failureText() {
        return endpoint.failureText();
    }

    // ---- the beginning, and keys

    /** Makes the endpoint, or takes one that was kept; the connection itself is made with the first use. */
    void open(byte[] address, boolean noticesFailure) {
        worker.own();
        try {
            UcxEndpoint kept = worker.keptEndpoints().take(address);
            if (kept == null) {
                endpoint.create(address, noticesFailure);
            } else {
                kept.adopt(this);
                endpoint = kept;
            }
        } finally {
            worker.disownQuietly();
        }
    }

    /** Answers a {@code ucp_rkey_h} for this lane alone. The bytes are plausible: UCX believes each of them. */
    long unpack(MemoryRegion region, byte[] key) {
        worker.own();
        try (Arena arena = Arena.ofConfined()) {
            if (!isUsable()) {
                throw peer.refused("the peer is gone" + peer.because(), "load the peer's metadata again");
            }
            MemorySegment answer = arena.allocate(JAVA_LONG);
            MemorySegment bytes = arena.allocate(UcpLayouts.ROOM + key.length, Long.BYTES);
            MemorySegment.copy(key, 0, bytes, JAVA_BYTE, 0, key.length);
            byte status = UcpNative.rkeyUnpack(endpoint.handle(), bytes.address(), answer.address());
            if (status != UcpStatus.OK) {
                throw NixlException.of(ErrorCode.BACKEND, "the remote key of " + region + " cannot be used")
                        .backend(UcxBackendProvider.NAME)
                        .peer(peer.name())
                        .nativeError(status, UcpNative.statusString(status))
                        .remedy("both sides need versions of UCX that understand each other: up to 1.18, or from 1.19")
                        .build();
            }
            return answer.get(JAVA_LONG, 0);
        } finally {
            worker.disownQuietly();
        }
    }

    /** How long these descriptors would take, as UCX reckons. */
    CostEstimate estimate(TransferColumns columns) {
        worker.own();
        try {
            if (!isUsable()) {
                throw peer.refused("the peer is gone" + peer.because(), "load the peer's metadata again");
            }
            long handle = endpoint.handle();
            return UcxCost.of(columns, bytes -> UcxCost.ask(handle, bytes));
        } finally {
            worker.disownQuietly();
        }
    }

    /** Ends a remote key: now, or when the posts that may use it have ended with a peer that is slow to go. */
    void destroy(long key) {
        if (!worker.ownIfOpen()) {
            return; // the worker took it along
        }
        try {
            if (peer.isLeaving() && underWay != null) {
                keysToDestroy.add(key);
            } else {
                UcpNative.rkeyDestroy(key);
            }
        } finally {
            worker.disownQuietly();
        }
    }

    // ---- under way; owner

    void enter(UcxPost transfer) {
        UcxPost next = underWay;
        transfer.nextOfLane = next;
        transfer.previousOfLane = null;
        if (next != null) {
            next.previousOfLane = transfer;
        }
        underWay = transfer;
    }

    void leave(UcxPost transfer) {
        UcxPost before = transfer.previousOfLane;
        UcxPost after = transfer.nextOfLane;
        if (before == null) {
            underWay = after;
        } else {
            before.nextOfLane = after;
        }
        if (after != null) {
            after.previousOfLane = before;
        }
        transfer.nextOfLane = null;
        transfer.previousOfLane = null;
    }

    /** The endpoint is closed, so nothing of these touches memory any more. */
    void endAll(Status status, String why) {
        worker.completions().asked().look(); // what ended before the endpoint did has ended well
        for (UcxPost t = underWay; t != null; ) {
            UcxPost next = t.nextOfLane;
            if (!t.isAdvancing()) {
                t.endAnyhow(status, why);
            }
            t = next;
        }
    }

    /** Bytes of notifications under way, besides those of transfers; any thread. */
    long sendingBytes() {
        return sendingBytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the owner alone writes
    void sending(long bytes) {
        sendingBytes += bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void sent(long bytes) {
        sendingBytes -= bytes;
    }

    /** One for a message to send; {@link UcxSend#send} gives it back. */
    UcxSend takeIdle(byte[] sender) {
        UcxSend send = idle;
        if (send == null) {
            return new UcxSend(this, sender);
        }
        idle = send.nextIdle;
        send.nextIdle = null;
        idleBytes -= send.capacity();
        return send;
    }

    void idle(UcxSend send) {
        if (!isUsable() || idleBytes + send.capacity() > MOST_IDLE) {
            send.free();
            return;
        }
        idleBytes += send.capacity();
        send.nextIdle = idle;
        idle = send;
    }

    private void freeIdle() {
        for (UcxSend send = idle; send != null; send = send.nextIdle) {
            send.free();
        }
        idle = null;
        idleBytes = 0;
    }

    // ---- failure and end; owner

    /** UCX says that the endpoint has failed. */
    void failed() {
        worker.completions().add(this);
    }

    /**
     * Drops the endpoint if this end of a request says that it is broken, or if that is known already.
     *
     * @return false when it stays, or is closed by now
     */
    boolean dropAfter(byte status) {
        return endpoint.dropAfter(status);
    }

    /** Drops the endpoint if anything is under way on it: nobody would see it end. */
    void dropIfUsed() {
        if (underWay != null) {
            endpoint.dropAfter(UcpStatus.CONNECTION_RESET);
        }
    }

    /** Drops the endpoint, which ends all that runs on it; the peer is lost with it. */
    void closeFailed() {
        if (endpoint.close(true)) {
            peer.lostThrough(this);
        }
    }

    /** Starts to close; {@link #isClosed} says when it is done. */
    void startToClose(boolean force) {
        endpoint.close(force);
    }

    /** Starts to leave the endpoint, which is kept if it is sound; {@link #isClosed} says when it is done. */
    void startToLeave() {
        endpoint.part();
    }

    /** The endpoint is sound, and this lane's no more. */
    void left() {
        endpoint = new UcxEndpoint(worker, this);
        closed();
    }

    /** The endpoint is gone, for this lane or for good. */
    void closed() {
        boolean ours = worker.isClosed();
        freeIdle();
        endAll(
                ours ? Status.CANCELED : Status.REMOTE_DISCONNECT,
                ours ? "the agent is closing" : "the connection is closed" + peer.because());
        keysToDestroy.forEach(UcpNative::rkeyDestroy);
        keysToDestroy.clear();
        if (!ours) {
            peer.laneClosed();
        }
    }

    @Override
    public String toString() {
        return peer.toString();
    }
}
