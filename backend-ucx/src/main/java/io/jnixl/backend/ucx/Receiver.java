// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.wire.NotificationView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Takes notifications from active messages to the agent. Those that the agent has no room for are kept in native memory, in
 * order; when they are many, the worker is not progressed until the agent drains, and so senders are held up. Guarded by
 * the worker's ownership.
 */
final class Receiver {
    /** Bytes of kept notifications from which the worker stands still. */
    static final long MOST_KEPT = 64L << 20;

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long RECV_ATTR = UcpLayouts.offset(UcpLayouts.AM_RECV_PARAM, "recv_attr");

    private final NotificationSink sink;
    private final NotificationView view = new NotificationView();
    private final Senders senders = new Senders();
    private final MemorySegment memory = NativeCalls.memory();
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private long malformed;
    private volatile boolean keeping;

    /** A copy of a payload; freed when delivered. */
    private record Kept(String from, long address, int length) {}

    Receiver(NotificationSink sink) {
        this.sink = sink;
    }

    /** What a {@code ucp_am_recv_callback_t} is called with. The bytes are there during the call only. */
    void received(long data, long length, long param) {
        boolean whole =
                param == 0 || (memory.get(JAVA_LONG, param + RECV_ATTR) & UcpLayouts.AM_RECV_ATTR_FLAG_RNDV) == 0;
        if (!whole || length < 0 || !view.lookAt(memory, data, length)) {
            warnMalformed(whole, length);
            return;
        }
        String from = senders.name(memory, view.nameOffset(), view.nameLength());
        if (keeping || !sink.offer(from, memory, view.payloadOffset(), view.payloadLength())) {
            keep(from);
        }
    }

    private void keep(String from) {
        long copy = Buffers.allocate(view.payloadLength());
        MemorySegment.copy(memory, view.payloadOffset(), memory, copy, view.payloadLength());
        kept.add(new Kept(from, copy, view.payloadLength()));
        keptBytes += view.payloadLength();
        keeping = true;
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
            if (!sink.offer(first.from, memory, first.address, first.length)) {
                return;
            }
            kept.poll();
            keptBytes -= first.length;
            Buffers.free(first.address);
        }
    }

    /** Frees what was not delivered: the agent is closing and wants nothing any more. */
    void close() {
        kept.forEach(k -> Buffers.free(k.address));
        kept.clear();
    }
}
