// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.ucx.SharedSegments.Attachment;
import io.jnixl.backend.ucx.SharedSegments.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The process of a peer on this host. UCX says in a worker's address in which System V segment it takes messages, by its
 * number, and attaches it when an endpoint is made; the kernel knows who made the segment.
 *
 * @param pid as it is seen from here
 * @param queue the number of the segment, or {@link #UNKNOWN} where it is not as large as a queue is by default: another segment's
 *     number may stand in an address by chance
 */
record PeerProcess(long pid, long queue) {
    static final long UNKNOWN = -1;

    /**
     * The process that the address leads to, if it is on this host, can be seen from here and takes messages by System V shared
     * memory; empty also where it is not certain. After an endpoint to it was made.
     */
    static Optional<PeerProcess> of(byte[] address) {
        try {
            return of(address, SharedSegments.all().values(), SharedSegments.attachedHere());
        } catch (IOException e) {
            return Optional.empty(); // a kernel without System V shared memory, or a /proc that is hidden
        }
    }

    /**
     * The same of given facts.
     *
     * @param here what this process has attached
     */
    static Optional<PeerProcess> of(byte[] address, Collection<Segment> segments, List<Attachment> here) {
        Map<Long, Long> sizes =
                here.stream().collect(Collectors.toMap(Attachment::number, Attachment::bytes, Math::max));
        List<Segment> named = segments.stream()
                .filter(segment -> sizes.containsKey(segment.number()) && names(address, segment.number()))
                .toList();
        if (named.size() != 1 || named.getFirst().maker() <= 0) {
            return Optional.empty();
        }
        long number = named.getFirst().number();
        boolean isQueue = ReceiveQueue.isSize(sizes.getOrDefault(number, 0L));
        return Optional.of(new PeerProcess(named.getFirst().maker(), isQueue ? number : UNKNOWN));
    }

    boolean isQueueKnown() {
        return queue != UNKNOWN;
    }

    /** Whether the number stands in the address, once, as a 64-bit word. */
    private static boolean names(byte[] address, long number) {
        ByteBuffer bytes = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN);
        int times = 0;
        for (int i = 0; i + Long.BYTES <= address.length; i++) {
            times += bytes.getLong(i) == number ? 1 : 0;
        }
        return times == 1;
    }

    /** Whether it is this one. */
    boolean isThisOne() {
        return pid == ProcessHandle.current().pid();
    }
}
