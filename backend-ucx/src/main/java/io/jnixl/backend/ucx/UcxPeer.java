// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Another agent, or oneself, at the end of a UCX endpoint. */
final class UcxPeer implements BackendPeer {
    /** Bytes of notifications under way, besides those of transfers, from which more are refused until some have gone. */
    private static final long MOST_SENDING = 64L << 20;

    private static final long CLOSE_NANOS = 2_000_000_000L;
    private static final long CONNECT_NANOS = 10_000_000_000L;

    private final UcxWorker worker;
    private final String name;
    private final byte[] self;
    private final Set<UcxPeer> siblings;
    private final UcxEndpoint endpoint;

    private final boolean closeForce;
    private @Nullable UcxTransfer underWay;
    private final List<Long> keysToDestroy = new ArrayList<>();
    private long sendingBytes;
    private volatile boolean leaving;

    /** Links of the worker's lists. */
    @Nullable
    UcxPeer nextFailing;

    @Nullable
    UcxPeer nextLost;

    private UcxPeer(UcxWorker worker, String name, byte[] self, boolean closeForce, Set<UcxPeer> siblings) {
        this.worker = worker;
        this.name = name;
        this.self = self;
        this.closeForce = closeForce;
        this.siblings = siblings;
        this.endpoint = new UcxEndpoint(worker, this);
    }

    /**
     * Makes an endpoint; the connection itself is made with the first use.
     *
     * @param self one's own name in UTF-8, which notifications carry
     * @param siblings the peers of one backend: this one is among them until it is closed
     */
    static UcxPeer load(
            UcxWorker worker, String name, byte[] address, byte[] self, UcxSettings settings, Set<UcxPeer> siblings) {
        UcxPeer peer = new UcxPeer(worker, name, self, settings.closeForce(), siblings);
        worker.own();
        try {
            peer.endpoint.create(address, settings.noticesFailure());
        } finally {
            worker.disownQuietly();
        }
        siblings.add(peer);
        return peer;
    }

    UcxWorker worker() {
        return worker;
    }

    String name() {
        return name;
    }

    long endpoint() {
        return endpoint.handle();
    }

    boolean isUsable() {
        return endpoint.isUsable();
    }

    // ---- regions

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        if (region.kind().isStorage()) {
            throw refused(region + " is not memory, and UCX reaches nothing else", "take another backend for it");
        }
        String fault = RkeyCheck.fault(publicData);
        if (!fault.isEmpty()) {
            throw refused("the remote key of " + region + " is malformed: " + fault, "fetch the peer's metadata again");
        }
        worker.own();
        try {
            return new UcxRegion(this, region.address(), region.length(), unpack(region, publicData));
        } finally {
            worker.disownQuietly();
        }
    }

    private long unpack(MemoryRegion region, byte[] key) {
        if (!isUsable()) {
            throw refused("the peer is gone" + because(), "load the peer's metadata again");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG);
            MemorySegment bytes = arena.allocate(UcpLayouts.ROOM + key.length, Long.BYTES);
            MemorySegment.copy(key, 0, bytes, JAVA_BYTE, 0, key.length);
            byte status = UcpNative.rkeyUnpack(endpoint.handle(), bytes.address(), answer.address());
            if (status != UcpStatus.OK) {
                throw NixlException.of(ErrorCode.BACKEND, "the remote key of " + region + " cannot be used")
                        .backend(UcxBackendProvider.NAME)
                        .peer(name)
                        .nativeError(status, UcpNative.statusString(status))
                        .remedy("both sides need versions of UCX that understand each other: up to 1.18, or from 1.19")
                        .build();
            }
            return answer.get(JAVA_LONG, 0);
        }
    }

    /** Ends a remote key: now, or when the posts that may use it have ended with a peer that is slow to go. */
    void destroy(long key) {
        if (!worker.ownIfOpen()) {
            return; // the worker took it along
        }
        try {
            if (leaving && underWay != null) {
                keysToDestroy.add(key);
            } else {
                UcpNative.rkeyDestroy(key);
            }
        } finally {
            worker.disownQuietly();
        }
    }

    // ---- posts under way; owner

    void enter(UcxTransfer transfer) {
        UcxTransfer next = underWay;
        transfer.nextOfPeer = next;
        transfer.previousOfPeer = null;
        if (next != null) {
            next.previousOfPeer = transfer;
        }
        underWay = transfer;
    }

    void leave(UcxTransfer transfer) {
        UcxTransfer before = transfer.previousOfPeer;
        UcxTransfer after = transfer.nextOfPeer;
        if (before == null) {
            underWay = after;
        } else {
            before.nextOfPeer = after;
        }
        if (after != null) {
            after.previousOfPeer = before;
        }
        transfer.nextOfPeer = null;
        transfer.previousOfPeer = null;
    }

    /** The endpoint is closed, so nothing of these touches memory any more. */
    void endAll(Status status, String why) {
        for (UcxTransfer t = underWay; t != null; ) {
            UcxTransfer next = t.nextOfPeer;
            if (!t.isAdvancing()) {
                t.endAnyhow(status, why);
            }
            t = next;
        }
    }

    // ---- failure; owner

    /** UCX says that the endpoint has failed. */
    void failed() {
        worker.closeLater(this);
    }

    /**
     * Drops the endpoint if this end of a request says that it is broken, or if that is known already.
     *
     * @return false when it stays, or is closed by now
     */
    boolean dropAfter(byte status) {
        return endpoint.dropAfter(status);
    }

    /** Drops the endpoint, which ends all that runs on it, and has the agent told. */
    void closeFailed() {
        if (endpoint.close(true) && !leaving) {
            worker.lost(this);
        }
    }

    /** The endpoint is gone for good. */
    void closed() {
        boolean ours = worker.isClosed();
        endAll(
                ours ? Status.CANCELED : Status.REMOTE_DISCONNECT,
                ours ? "the agent is closing" : "the connection is closed" + because());
        keysToDestroy.forEach(UcpNative::rkeyDestroy);
        keysToDestroy.clear();
        if (leaving && !ours) {
            siblings.remove(this);
        }
    }

    Throwable whyLost() {
        return NixlException.of(ErrorCode.REMOTE_DISCONNECT, this + " is gone" + because())
                .backend(UcxBackendProvider.NAME)
                .peer(name)
                .remedy("load its metadata again when it is back")
                .build();
    }

    private String because() {
        String text = failureText();
        return text == null ? "" : ": " + text;
    }

    /** What UCX said, if it said anything. */
    @Nullable
    String failureText() {
        return endpoint.failureText();
    }

    // ---- connecting

    @Override
    public void connect() {
        Flush flush = new Flush();
        worker.own();
        try {
            flush.start(endpoint);
        } finally {
            worker.disownQuietly();
        }
        boolean answered = worker.pump(flush::isDone, CONNECT_NANOS);
        if (!answered || flush.status() != UcpStatus.OK || !isUsable()) {
            throw NixlException.of(
                            answered ? ErrorCode.REMOTE_DISCONNECT : ErrorCode.TIMED_OUT,
                            this + " cannot be connected to" + because())
                    .backend(UcxBackendProvider.NAME)
                    .peer(name)
                    .remedy("see that it runs and that its metadata is not of an earlier life")
                    .build();
        }
    }

    // ---- notifications

    @Override
    public Status send(MemorySegment bytes) {
        Message message = new Message(self);
        message.compose(bytes, Math.toIntExact(bytes.byteSize()));
        byte status;
        worker.own();
        try {
            if (!isUsable() || worker.isClosed() || sendingBytes > MOST_SENDING) {
                message.free();
                worker.progress();
                return isUsable() && !worker.isClosed() ? Status.NOT_ALLOWED : Status.REMOTE_DISCONNECT;
            }
            status = new UcxSend(this, message).start();
            worker.progress();
        } finally {
            worker.disownQuietly();
        }
        if (status != UcpStatus.OK && isUsable()) {
            throw NixlException.of(ErrorCode.BACKEND, "the notification was not sent")
                    .backend(UcxBackendProvider.NAME)
                    .peer(name)
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
        return status == UcpStatus.OK ? Status.SUCCESS : Status.REMOTE_DISCONNECT;
    }

    void sending(long bytes) {
        sendingBytes += bytes;
    }

    void sent(long bytes) {
        sendingBytes -= bytes;
    }

    // ---- the end

    /**
     * What is under way comes to its end first. With a peer that does not answer this may take longer than anybody waits:
     * then the rest happens when it answers or is found dead, and until then its posts stay under way, since UCX may read
     * or write their memory.
     */
    @Override
    public void close() {
        if (!worker.ownIfOpen()) {
            return; // the backend's own end closed it
        }
        try {
            startToClose();
        } finally {
            worker.disownQuietly();
        }
        if (worker.pump(endpoint::isClosed, CLOSE_NANOS)) {
            siblings.remove(this);
        }
    }

    /** Owner: {@link #isClosed} says when it is done. */
    void startToClose() {
        leaving = true;
        endpoint.close(closeForce);
    }

    /** Owner, at the backend's end. */
    void endCancelled() {
        endAll(Status.CANCELED, "the agent is closing");
    }

    boolean isClosed() {
        return endpoint.isClosed();
    }

    private RuntimeException refused(String message, String remedy) {
        return NixlException.of(ErrorCode.BACKEND, message)
                .backend(UcxBackendProvider.NAME)
                .peer(name)
                .remedy(remedy)
                .build();
    }

    @Override
    public String toString() {
        return "peer \"" + name + "\"";
    }

    /** Waits for all that the endpoint has under way. */
    private final class Flush implements UcxOperation {
        private long token;
        private byte status;
        private volatile boolean done;

        void start(UcxEndpoint on) {
            if (!on.isUsable()) {
                end(UcpStatus.CONNECTION_RESET);
                return;
            }
            token = worker.tokens().take(this);
            long request = UcpNative.epFlush(on.handle(), worker.params().told(token));
            if (request == 0 || UcpStatus.isError(request)) {
                ended((byte) request);
            }
        }

        @Override
        public void ended(byte how) {
            worker.tokens().giveBack(token);
            end(how);
        }

        private void end(byte how) {
            status = how;
            done = true;
        }

        boolean isDone() {
            return done;
        }

        byte status() {
            return status;
        }
    }
}
