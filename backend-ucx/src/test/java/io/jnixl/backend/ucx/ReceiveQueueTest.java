// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ReceiveQueueTest {
    private static final int ME = 4711;
    private final byte[] bytes = new byte[ReceiveQueue.BYTES];
    private final ByteBuffer memory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    /** One of this process's, in which so many messages were taken and read, and all are finished. */
    private ReceiveQueue queue(long taken, long read) {
        memory.putLong(0, taken).putLong(128, read).putInt(136, ME);
        for (long i = Math.max(0, taken - ReceiveQueue.PLACES); i < taken; i++) {
            bytes[ReceiveQueue.offset(i)] = (byte) (i / ReceiveQueue.PLACES % 2);
            bytes[ReceiveQueue.offset(i) + 1] = 22;
        }
        return new ReceiveQueue(bytes);
    }

    @Test
    void findsWhatWasBegunAndNotFinished() {
        ReceiveQueue queue = queue(1024, 960);
        assertThat(queue.isPlausible()).isTrue();
        assertThat(queue.reader()).isEqualTo(ME);
        assertThat(queue.isFull()).isTrue();
        assertThat(queue.firstUnfinished()).isEqualTo(-1);
        bytes[ReceiveQueue.offset(966)] ^= 1;
        assertThat(queue.firstUnfinished()).isEqualTo(966);
        System.arraycopy(ReceiveQueue.discarded(966), 0, bytes, ReceiveQueue.offset(966), 4);
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
        assertThat(queue(70, 3).isPlausible()).as("more than there are places").isFalse();
        assertThat(queue(3, 4).isPlausible()).as("read before it was written").isFalse();
        bytes[ReceiveQueue.offset(5)] = 4;
        assertThat(queue(3, 0).isPlausible()).as("unknown flag").isFalse();
        bytes[ReceiveQueue.offset(5)] = 0;
        bytes[ReceiveQueue.offset(5) + 1] = 32;
        assertThat(queue(3, 0).isPlausible()).as("unknown kind").isFalse();
        assertThat(new ReceiveQueue(new byte[ReceiveQueue.BYTES]).isPlausible())
                .as("nobody reads it")
                .isFalse();
    }
}
