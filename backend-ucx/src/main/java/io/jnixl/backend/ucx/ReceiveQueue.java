// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How UCX (1.9 to 1.23, at least) lays out the queue in which a worker takes messages over shared memory, as far as it takes to
 * find a message in it that was begun and never finished. In front stands the number of places taken so far, which may be
 * flagged; then how many were read, not quite up to date, and the process that reads; then the places. A writer takes the
 * next place, fills it, and turns the place's first bit last: it tells odd rounds through the queue from even ones. The
 * reader waits for that bit, place by place.
 */
final class ReceiveQueue {
    /** As UCX has them by default: 64 up to 1.13, 256 in 1.18 and later. */
    private static final int[] NUMBERS_OF_PLACES = {64, 128, 256, 512, 1024};

    private static final int CACHE_LINE = 64;
    private static final int PAGE = 4096;
    private static final int TAKEN = 0;
    static final int READ = 128;
    private static final int READER = 136;
    private static final int FIRST_PLACE = 192;
    private static final int PLACE_BYTES = 128;
    private static final byte WRITTEN = 1;
    private static final byte INLINE = 2;
    private static final byte MOST_KINDS = 32;

    /** A kind of message that UCX has no use for: it warns of it, and throws it away. */
    private static final byte NO_KIND = 31;

    private final ByteBuffer bytes;
    private final int places;

    /** Takes a copy of the memory. */
    ReceiveQueue(byte[] copy) {
        bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        places = placesIn(copy.length);
    }

    /** Whether a segment of so many bytes may be one: each number of places, with room to align them, takes other pages. */
    static boolean isSize(long segmentBytes) {
        return placesIn(segmentBytes) > 0;
    }

    private static int placesIn(long segmentBytes) {
        for (int number : NUMBERS_OF_PLACES) {
            if (bytes(number) == segmentBytes) {
                return number;
            }
        }
        return 0;
    }

    /** Of a queue with so many places. */
    static int bytes(int number) {
        int least = CACHE_LINE - 1 + FIRST_PLACE + number * PLACE_BYTES;
        return (least + PAGE - 1) / PAGE * PAGE;
    }

    private long taken() {
        return bytes.getLong(TAKEN) & Long.MAX_VALUE;
    }

    /** Whether it looks as it should. */
    boolean isPlausible() {
        long read = bytes.getLong(READ);
        boolean counts = read >= 0 && read <= taken() && taken() - read <= places;
        return places > 0 && bytes.getInt(READER) > 0 && counts && haveKinds();
    }

    /** The process that reads it. */
    int reader() {
        return bytes.getInt(READER);
    }

    /** Whether writers wait for room. */
    boolean isFull() {
        return taken() - bytes.getLong(READ) == places;
    }

    /** What is to stand at {@link #READ} for writers to find room. */
    byte[] allRead() {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(taken())
                .array();
    }

    private boolean haveKinds() {
        for (int i = 0; i < places; i++) {
            int at = FIRST_PLACE + i * PLACE_BYTES;
            int flags = bytes.get(at);
            int kind = bytes.get(at + 1);
            if (flags < 0 || flags > (WRITTEN | INLINE) || kind < 0 || kind >= MOST_KINDS) {
                return false;
            }
        }
        return true;
    }

    /** The number of the first message that was begun and is not finished, or -1. */
    long firstUnfinished() {
        for (long number = bytes.getLong(READ); number < taken(); number++) {
            if ((bytes.get(offset(number)) & WRITTEN) != writtenBit(number)) {
                return number;
            }
        }
        return -1;
    }

    /** Where its place is. */
    int offset(long number) {
        return FIRST_PLACE + (int) (number & (places - 1)) * PLACE_BYTES;
    }

    /** What is to stand at its place for the reader to throw it away: first all but the first byte, then that one. */
    byte[] discarded(long number) {
        return new byte[] {(byte) (writtenBit(number) | INLINE), NO_KIND, 0, 0};
    }

    private int writtenBit(long number) {
        return (number & places) != 0 ? WRITTEN : 0;
    }
}
