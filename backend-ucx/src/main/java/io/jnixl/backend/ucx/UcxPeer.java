// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another agent, or oneself: a lane from each of this agent's workers to its first one. It lives and dies as a whole: when
 * one lane fails, the others are closed too, and the agent hears of it once.
 */
final class UcxPeer implements BackendPeer {
    /** Processors have addresses of 57 bits at the most. */
    private static final long END_OF_MEMORY = 1L << 57;

    private static final long CLOSE_NANOS = 2_000_000_000L;
    private static final long CONNECT_NANOS = 10_000_000_000L;

    private final UcxWorkers workers;
    private final String name;
    private final Sender sender;
    private final Set<UcxPeer> siblings;
    private final UcxLane[] lanes;
    private final byte[] address;
    private final boolean closeForce;
    private final ProcessWatch watch;
    private final AtomicBoolean lost = new AtomicBoolean();
    private volatile boolean leaving;
    private volatile @Nullable String whyGone;

    /** Link of a worker's list. */
    @Nullable
    UcxPeer nextLost;

    private UcxPeer(
            UcxWorkers workers,
            String name,
            byte[] address,
            byte[] self,
            boolean closeForce,
            Set<UcxPeer> siblings,
            ProcessWatch watch) {
        this.workers = workers;
        this.name = name;
        this.address = address.clone();
        this.closeForce = closeForce;
        this.siblings = siblings;
        this.watch = watch;
        this.lanes = workers.all().map(worker -> new UcxLane(worker, this)).toArray(UcxLane[]::new);
        this.sender = new Sender(lanes[0], self);
    }

    /**
     * Makes the endpoints; the connections themselves are made with the first use.
     *
     * @param beside whether shared memory may lead to it
     * @param self one's own name in UTF-8, which notifications carry
     * @param siblings the peers of one backend: this one is among them until it is closed
     * @param watch who tells when its process ends, or its agent is closed, if that is on this host
     */
    static UcxPeer load(
            UcxWorkers workers,
            String name,
            byte[] address,
            boolean beside,
            byte[] self,
            UcxSettings settings,
            Set<UcxPeer> siblings,
            ProcessWatch watch) {
        UcxPeer peer = new UcxPeer(workers, name, address, self, settings.closeForce(), siblings, watch);
        siblings.add(peer); // first, so that the backend's end closes what there is of it
        try {
            for (UcxLane lane : peer.lanes) {
                lane.open(address, settings.noticesFailure());
            }
        } catch (RuntimeException | Error e) {
            peer.close();
            throw e;
        }
        if (settings.noticesFailure() && beside) { // elsewhere the numbers of segments mean others
            peer.watch(PeerProcess.of(address));
        }
        return peer;
    }

    private void watch(Optional<PeerProcess> process) {
        process.filter(other -> !other.isThisOne()).ifPresent(other -> watch.add(this, other));
        boolean left = process.filter(PeerProcess::isThisOne)
                .filter(here -> Remains.IN_THIS_PROCESS.isLeftHere(here.queue()))
                .isPresent();
        if (left || whyGone != null) {
            closedElsewhere(); // before, or while the lanes were opened
        }
    }

    String name() {
        return name;
    }

    /** Whether this is its address. */
    boolean leadsTo(byte[] other) {
        return Arrays.equals(address, other);
    }

    UcxWorkers workers() {
        return workers;
    }

    /** That of one worker. */
    UcxLane lane(int worker) {
        return lanes[worker];
    }

    // ---- regions

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        if (region.kind().isStorage()) {
            throw refused(region + " is not memory, and UCX reaches nothing else", "take another backend for it");
        }
        if (!isPlausible(region)) {
            throw refused(region + " cannot be memory of a process", "fetch the peer's metadata again");
        }
        String fault = RkeyCheck.fault(publicData);
        if (!fault.isEmpty()) {
            throw refused("the remote key of " + region + " is malformed: " + fault, "fetch the peer's metadata again");
        }
        long[] keys = new long[lanes.length];
        int unpacked = 0;
        try {
            for (; unpacked < keys.length; unpacked++) {
                keys[unpacked] = lanes[unpacked].unpack(region, publicData);
            }
        } catch (RuntimeException | Error e) {
            destroy(keys, unpacked);
            throw e;
        }
        return new UcxRegion(this, region.address(), region.length(), region.kind() == MemoryKind.DRAM, keys);
    }

    /** UCX believes addresses and lengths, and over shared memory follows them itself. */
    private static boolean isPlausible(MemoryRegion region) {
        long address = region.address();
        long length = region.length();
        return address > 0 && length > 0 && address < END_OF_MEMORY && length <= END_OF_MEMORY - address;
    }

    /** Ends the first so many of the remote keys, of which each lane has one. */
    void destroy(long[] keys, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i].destroy(keys[i]);
        }
    }

    // ---- failure

    /** Whether one of its lanes has failed: then none is used any more. */
    boolean isLost() {
        return lost.get();
    }

    /**
     * Owner of the lane's worker: it has failed. The others may have what UCX still works on: they are left by their own workers
     * and without force, which is for failed ones, and go as soon as UCX finds out about them too.
     */
    void lostThrough(UcxLane failed) {
        if (leaving || !lost.compareAndSet(false, true)) {
            return;
        }
        failed.worker().lost(this);
        for (UcxLane lane : lanes) {
            if (lane != failed) {
                lane.worker().later(() -> end(lane));
            }
        }
    }

    /** Any thread: its process has ended, which UCX may not know. */
    void ended() {
        whyGone = "its process has ended";
        for (UcxLane lane : lanes) {
            lane.worker().later(() -> drop(lane));
        }
    }

    /**
     * Any thread: its agent was closed, and its process lives, which UCX does not know over shared memory. What it has sent before
     * is taken first.
     */
    void closedElsewhere() {
        goneBecause("its agent was closed");
        for (UcxLane lane : lanes) {
            lane.worker().whenNothingComes(() -> drop(lane));
        }
    }

    /** What is known of how it was lost, besides what UCX says. Any thread. */
    @Nullable
    String whyGone() {
        return whyGone;
    }

    /** Why it is found gone, unless that is known. Any thread. */
    void goneBecause(String reason) {
        if (whyGone == null) {
            whyGone = reason;
        }
    }

    /** Owner of the lane's worker: also the endpoints that nobody has at present. */
    private void drop(UcxLane lane) {
        lane.dropAfter(UcpStatus.CONNECTION_RESET);
        lane.worker().keptEndpoints().closeTo(address);
    }

    Throwable whyLost() {
        return NixlException.of(ErrorCode.REMOTE_DISCONNECT, this + " is gone" + because())
                .backend(UcxBackendProvider.NAME)
                .peer(name)
                .remedy("load its metadata again when it is back")
                .build();
    }

    String because() {
        String text = failureText();
        return text == null ? "" : ": " + text;
    }

    /** What is known of how it was lost, or what UCX said, if it said anything. */
    @Nullable
    String failureText() {
        String known = whyGone;
        if (known != null) {
            return known;
        }
        for (UcxLane lane : lanes) {
            String dead = lane.worker().whyDead();
            if (dead != null && lane.failureText() != null) {
                return dead;
            }
        }
        for (UcxLane lane : lanes) {
            String text = lane.failureText();
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    // ---- connecting

    @Override
    public void connect() {
        UcxFlush[] flushes = Stream.of(lanes).map(UcxFlush::new).toArray(UcxFlush[]::new);
        for (UcxFlush flush : flushes) {
            flush.start();
        }
        boolean answered = workers.pump(() -> Stream.of(flushes).allMatch(UcxFlush::isDone), CONNECT_NANOS);
        boolean sound = Stream.of(flushes).allMatch(flush -> flush.status() == UcpStatus.OK)
                && Stream.of(lanes).allMatch(UcxLane::isUsable);
        if (!answered || !sound) {
            throw NixlException.of(
                            answered ? ErrorCode.REMOTE_DISCONNECT : ErrorCode.TIMED_OUT,
                            this + " cannot be connected to" + because())
                    .backend(UcxBackendProvider.NAME)
                    .peer(name)
                    .remedy("see that it runs, that its metadata is not of an earlier life, and that the network leads"
                            + " there: routes, firewalls, UCX_TLS and device_list on both sides")
                    .build();
        }
    }

    // ---- notifications

    @Override
    public Status send(MemorySegment bytes) {
        return sender.send(bytes);
    }

    // ---- the end

    /**
     * What is under way comes to its end first. With a peer that does not answer this may take longer than anybody waits:
     * then the rest happens when it answers or is found dead, and until then its posts stay under way, since UCX may read
     * or write their memory.
     */
    @Override
    public void close() {
        leaving = true;
        for (UcxLane lane : lanes) {
            if (!lane.worker().ownIfOpen()) {
                return; // the backend's own end closes it
            }
            try {
                lane.worker().runErrands(); // messages among them, which were accepted
                end(lane);
            } finally {
                lane.worker().disownQuietly();
            }
        }
        try {
            if (workers.pump(this::isClosed, CLOSE_NANOS)) {
                siblings.remove(this);
            }
        } catch (NixlException e) {
            return; // the backend ends meanwhile, and closes what is left of it
        }
    }

    /** Owner of the lane's worker. */
    private void end(UcxLane lane) {
        if (closeForce) {
            lane.startToClose(true);
        } else {
            lane.startToLeave();
        }
    }

    /** Owner of all workers, at the backend's end: {@link #isClosed} says when it is done. */
    void startToClose() {
        leaving = true;
        for (UcxLane lane : lanes) {
            lane.startToClose(closeForce);
        }
    }

    /** Owner of all workers, at the backend's end. */
    void endCancelled() {
        for (UcxLane lane : lanes) {
            lane.endAll(Status.CANCELED, "the agent is closing");
        }
    }

    boolean isLeaving() {
        return leaving;
    }

    boolean isClosed() {
        for (UcxLane lane : lanes) {
            if (!lane.isClosed()) {
                return false;
            }
        }
        return true;
    }

    /** One more lane is. */
    void laneClosed() {
        if (leaving && isClosed()) {
            siblings.remove(this);
        }
    }

    RuntimeException refused(String message, String remedy) {
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
}
