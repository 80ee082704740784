// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.wire.NotificationView;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * Takes notifications from active messages to the agent. Those that the agent has no room for are kept in native memory, in
 * order; when they are many, the worker is not progressed until the agent drains, and so senders are held up. Guarded by
 * the worker's ownership.
 */
final class Receiver {
    /** Bytes of kept notifications from which the worker stands still. */
    static final long MOST_KEPT = 64L << 20;

    /** What a kept notification costs besides its bytes, so that empty ones are bounded too. */
    private static final int ENTRY_BYTES = 128;

    private static final int LONGEST_NAME = 4096;
    private static final byte[] NOTIFICATION_START = "nixlSerDes|".getBytes(StandardCharsets.US_ASCII);

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long RECV_ATTR = UcpLayouts.offset(UcpLayouts.AM_RECV_PARAM, "recv_attr");

    private final NotificationSink sink;
    private final NotificationView view = new NotificationView();
    private final Senders senders = new Senders();
    private final MemorySegment memory = NativeCalls.memory();
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private long taken;
    private long malformed;
    private long oversize;
    private long ignored;
    private boolean dropping;
    private boolean toldOfStandstill;
    private volatile boolean keeping;

    /** A copy of a payload; freed when delivered. */
    private record Kept(String from, long address, int length) {}

    Receiver(NotificationSink sink) {
        this.sink = sink;
    }

    /**
     * What a {@code ucp_am_recv_callback_t} is called with. The bytes are there during the call only, and are anything that
     * somebody could send.
     *
     * @param id that of the active message: one of those of {@link Upcalls}
     */
    void received(int id, long data, long length, long param) {
        if (dropping) {
            return;
        }
        if (id == Upcalls.OLD_DISCONNECT_ID) {
            ignoreOld("goodbye", length);
            return;
        }
        boolean whole =
                param == 0 || (memory.get(JAVA_LONG, param + RECV_ATTR) & UcpLayouts.AM_RECV_ATTR_FLAG_RNDV) == 0;
        if (!whole || length < 0 || !view.lookAt(memory, data, length) || view.nameLength() > LONGEST_NAME) {
            if (whole && id == Upcalls.NOTIFICATION_ID && !startsAsNotification(data, length)) {
                ignoreOld("greeting", length);
            } else {
                warnMalformed(whole, length);
            }
            return;
        }
        if (view.payloadLength() > UcxBackend.MAX_NOTIFICATION) {
            warnOversize();
            return;
        }
        taken++;
        String from = senders.name(memory, view.nameOffset(), view.nameLength());
        if (keeping || !offer(from, view.payloadOffset(), view.payloadLength())) {
            keep(from);
        }
    }

    /** What the sink throws is not the fault of whoever progresses just now, and would come again at the next try. */
    private boolean offer(String from, long at, int length) {
        try {
            return sink.offer(from, memory, at, length);
        } catch (RuntimeException | Error e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a notification of " + length + " bytes from " + from + " could not be taken and was dropped",
                    e);
            return true;
        }
    }

    private void keep(String from) {
        long copy = Buffers.allocate(view.payloadLength());
        MemorySegment.copy(memory, view.payloadOffset(), memory, copy, view.payloadLength());
        kept.add(new Kept(from, copy, view.payloadLength()));
        keptBytes += view.payloadLength() + ENTRY_BYTES;
        keeping = true;
        if (isFull() && !toldOfStandstill) {
            toldOfStandstill = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} notifications wait for the agent to take them: UCX stands still until it does, transfers too",
                    kept.size());
        }
    }

    /** Native peers up to 0.5.0 greet with the number that notifications have since; the body is their name. */
    private boolean startsAsNotification(long data, long length) {
        if (length < 0) {
            return true; // no length that anybody sends
        }
        if (length < NOTIFICATION_START.length) {
            return false;
        }
        for (int i = 0; i < NOTIFICATION_START.length; i++) {
            if (memory.get(JAVA_BYTE, data + i) != NOTIFICATION_START[i]) {
                return false;
            }
        }
        return true;
    }

    private void ignoreOld(String what, long length) {
        ignored++;
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "the {0} of a peer with native NIXL 0.5.0 or older, {1} bytes, was ignored",
                    what,
                    length);
        }
    }

    /** Whoever can write to the port can send anything: told at the 1st, 2nd, 4th, 8th … */
    private void warnMalformed(boolean whole, long length) {
        malformed++;
        if (Long.bitCount(malformed) == 1) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a message of {0} bytes is no notification ({1}) and was dropped; {2} so far",
                    length,
                    whole ? "malformed" : "sent by rendezvous",
                    malformed);
        }
    }

    /** No agent of ours sends it; taken, it would cost as much memory as its sender likes. */
    private void warnOversize() {
        oversize++;
        if (Long.bitCount(oversize) == 1) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a notification of {0} bytes, more than the {1} that are taken, was dropped; {2} so far",
                    view.payloadLength(),
                    UcxBackend.MAX_NOTIFICATION,
                    oversize);
        }
    }

    /** How many messages were too long. */
    long oversize() {
        return oversize;
    }

    /** Adds what it counted to sums by name. */
    void addTo(Map<String, Long> sums) {
        sums.merge("notifications_received_total", taken, Long::sum);
        sums.merge("notifications_malformed_total", malformed, Long::sum);
        sums.merge("notifications_oversize_total", oversize, Long::sum);
        sums.merge("notifications_ignored_total", ignored, Long::sum);
        sums.merge("notifications_kept", (long) kept.size(), Long::sum);
    }

    /** How many messages were no notifications. */
    long malformed() {
        return malformed;
    }

    /** How many messages were of older peers, and mean nothing here. */
    long ignored() {
        return ignored;
    }

    /** Any thread: whether some wait for room. */
    boolean isKeeping() {
        return keeping;
    }

    boolean isFull() {
        return keptBytes > MOST_KEPT;
    }

    /** Tries those that wait again. */
    void deliverKept() {
        while (true) {
            Kept first = kept.peek();
            if (first == null) {
                keeping = false;
                return;
            }
            if (!offer(first.from, first.address, first.length)) {
                return;
            }
            kept.poll();
            keptBytes -= first.length + ENTRY_BYTES;
            Buffers.free(first.address);
        }
    }

    /** Frees what was not delivered: the agent is closing and wants nothing any more. */
    void close() {
        dropping = true;
        kept.forEach(k -> Buffers.free(k.address));
        kept.clear();
        keptBytes = 0;
        keeping = false;
    }
}
