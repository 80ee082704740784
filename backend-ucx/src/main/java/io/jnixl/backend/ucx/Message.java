// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.wire.WireNotification;
import java.lang.foreign.MemorySegment;

/** A notification in wire format, in native memory that stays where it is until UCX has sent it. One user at a time. */
final class Message {
    private final byte[] sender;
    private long address;
    private long capacity;
    private MemorySegment memory = MemorySegment.NULL;
    private int length;

    /** From this sender, whose name is UTF-8. */
    Message(byte[] sender) {
        this.sender = sender;
    }

    long capacity() {
        return capacity;
    }

    int length() {
        return length;
    }

    /** Writes a payload; allocates only for one that is longer than all before it. */
    void compose(MemorySegment payload, int payloadLength) {
        int needed = WireNotification.encodedLength(sender, payloadLength);
        if (needed > capacity) {
            grow(needed);
            WireNotification.encode(memory, sender, payload, payloadLength);
        } else {
            WireNotification.encodePayload(memory, sender, payload, payloadLength);
        }
        length = needed;
    }

    private void grow(int needed) {
        long larger = Math.max(needed, 2 * capacity);
        long fresh = Buffers.allocate(larger);
        free();
        address = fresh;
        capacity = larger;
        memory = NativeCalls.view(MemorySegment.ofAddress(fresh), larger);
    }

    /**
     * Owner: hands it to UCX, for the operation of this token; answers what {@code ucp_am_send_nbx} does, a request, 0 or an
     * error.
     */
    long send(UcxLane lane, long token) {
        UcxWorker worker = lane.worker();
        long request = UcpNative.amSend(
                lane.endpoint(),
                Upcalls.NOTIFICATION_ID,
                address,
                length,
                worker.params().message(token));
        if (!UcpStatus.isError(request)) {
            worker.counters().sentMessage();
        }
        return request;
    }

    void free() {
        Buffers.free(address);
        address = 0;
        capacity = 0;
        memory = MemorySegment.NULL;
    }
}
