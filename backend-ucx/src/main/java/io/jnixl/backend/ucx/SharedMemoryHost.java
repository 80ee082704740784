// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The host as workers' addresses name it where shared memory leads to them: UCX (1.13 to 1.23 in both formats, at least) writes for each of
 * these transports the length, the host, and a checksum of the transport's name. The host has 8 bytes, and 8 more (from some version between
 * 1.18 and 1.23 on: 4) where the process is in a namespace of its own for shared memory; 4 of these matter.
 */
final class SharedMemoryHost {
    private static final int LENGTH = 0x3f;
    private static final int POLYNOMIAL = 0x8408;
    private static final int ALL_BITS = 0xffff;
    private static final int LONGEST = Long.BYTES + Integer.BYTES;
    private static final int[] LENGTHS = {Long.BYTES, LONGEST, 2 * Long.BYTES};

    /** Those through which processes write into each other's queues. */
    private static final List<Integer> TRANSPORTS =
            Stream.of("sysv", "posix", "xpmem").map(SharedMemoryHost::checksum).toList();

    private final byte[] bytes;

    private SharedMemoryHost(byte[] bytes) {
        this.bytes = bytes;
    }

    /** That of a worker here; empty when no shared memory leads to it, or it is not certain. */
    static Optional<SharedMemoryHost> of(byte[] address) {
        List<ByteBuffer> named = IntStream.of(LENGTHS)
                .boxed()
                .flatMap(length -> places(address, length)
                        .mapToObj(at -> ByteBuffer.wrap(Arrays.copyOfRange(address, at, at + significant(length)))))
                .distinct()
                .toList();
        return named.size() == 1
                ? Optional.of(new SharedMemoryHost(named.getFirst().array()))
                : Optional.empty();
    }

    private static int significant(int length) {
        return Math.min(length, LONGEST);
    }

    /** Where hosts of this length stand. */
    private static IntStream places(byte[] address, int length) {
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.rangeClosed(1, address.length - length - Short.BYTES)
                .filter(at -> (address[at - 1] & LENGTH) == length
                        && TRANSPORTS.contains(Short.toUnsignedInt(words.getShort(at + length))));
    }

    private IntStream placesIn(byte[] address) {
        return IntStream.of(LENGTHS)
                .filter(length -> significant(length) == bytes.length)
                .flatMap(length -> places(address, length))
                .filter(at -> Arrays.equals(bytes, Arrays.copyOfRange(address, at, at + bytes.length)));
    }

    /** Whether the worker of this address can be reached from here by shared memory. */
    boolean isNamedIn(byte[] address) {
        return placesIn(address).findAny().isPresent();
    }

    /** The same address, but to UCX the worker is on another host as far as shared memory goes. */
    byte[] hiddenIn(byte[] address) {
        byte[] hidden = address.clone();
        placesIn(address).forEach(at -> hidden[at] = (byte) ~hidden[at]);
        return hidden;
    }

    /** CRC-16/X-25. */
    private static int checksum(String name) {
        int sum = ALL_BITS;
        for (byte letter : name.getBytes(StandardCharsets.US_ASCII)) {
            sum ^= letter;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                sum = (sum & 1) == 0 ? sum >>> 1 : sum >>> 1 ^ POLYNOMIAL;
            }
        }
        return sum ^ ALL_BITS;
    }
}
