// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** By the number of places: that of UCX 1.13, and that of later versions. */
@ParameterizedClass
@ValueSource(ints = {64, 256})
class ReceiveQueueTest {
    private static final int ME = 4711;

    private final int places;
    private final byte[] bytes;
    private final ByteBuffer memory;

    ReceiveQueueTest(int places) {
        this.places = places;
        bytes = new byte[ReceiveQueue.bytes(places)];
        memory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** One of this process's, in which so many messages were taken and read, and all are finished. */
    private ReceiveQueue queue(long taken, long read) {
        memory.putLong(0, taken).putLong(128, read).putInt(136, ME);
        for (long i = Math.max(0, taken - places); i < taken; i++) {
            bytes[at(i)] = (byte) (i / places % 2);
            bytes[at(i) + 1] = 22;
        }
        return new ReceiveQueue(bytes);
    }

    private int at(long number) {
        return 192 + 128 * (int) (number % places);
    }

    @Test
    void itsSizeTellsItsPlaces() {
        assertThat(ReceiveQueue.isSize(bytes.length)).isTrue();
        assertThat(ReceiveQueue.bytes(64)).isEqualTo(12_288); // seen with 1.13.1
        assertThat(ReceiveQueue.bytes(256)).isEqualTo(36_864); // with 1.18.1 and 1.23.0
        assertThat(ReceiveQueue.isSize(bytes.length + 1)).isFalse();
        assertThat(ReceiveQueue.isSize(0)).isFalse();
        assertThat(new ReceiveQueue(new byte[4096]).isPlausible()).isFalse();
    }

    @Test
    void findsWhatWasBegunAndNotFinished() {
        ReceiveQueue queue = queue(16L * places, 15L * places);
        assertThat(queue.isPlausible()).isTrue();
        assertThat(queue.reader()).isEqualTo(ME);
        assertThat(queue.isFull()).isTrue();
        assertThat(queue.firstUnfinished()).isEqualTo(-1);
        long begun = 15L * places + 6;
        assertThat(queue.offset(begun)).isEqualTo(at(begun));
        bytes[at(begun)] ^= 1;
        assertThat(queue.firstUnfinished()).isEqualTo(begun);
        System.arraycopy(queue.discarded(begun), 0, bytes, at(begun), 4);
        assertThat(queue.isPlausible()).isTrue();
        assertThat(queue.firstUnfinished()).isEqualTo(-1);
    }

    @Test
    void theFlagOfOneThatSleepsIsNoNumber() {
        memory.putLong(0, Long.MIN_VALUE | 3);
        ReceiveQueue queue = queue(Long.MIN_VALUE | 3, 0);
        assertThat(queue.isPlausible()).isTrue();
        assertThat(queue.isFull()).isFalse();
        assertThat(queue.allRead()).startsWith(3, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void whatLooksOtherwiseIsLeftAlone() {
        assertThat(queue(places + 6L, 3).isPlausible())
                .as("more than there are places")
                .isFalse();
        assertThat(queue(3, 4).isPlausible()).as("read before it was written").isFalse();
        bytes[at(5)] = 4;
        assertThat(queue(3, 0).isPlausible()).as("unknown flag").isFalse();
        bytes[at(5)] = 0;
        bytes[at(5) + 1] = 32;
        assertThat(queue(3, 0).isPlausible()).as("unknown kind").isFalse();
        assertThat(new ReceiveQueue(new byte[bytes.length]).isPlausible())
                .as("nobody reads it")
                .isFalse();
    }
}
