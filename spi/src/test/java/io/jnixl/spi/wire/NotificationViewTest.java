// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NotificationViewTest {
    private static final int MARGIN = 24;

    private final NotificationView view = new NotificationView();

    /** What the record makes of the bytes is the measure. */
    private void agreesWithTheRecord(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(bytes.length + 2L * MARGIN).fill((byte) '|');
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, MARGIN, bytes.length);
            boolean taken = view.lookAt(memory, MARGIN, bytes.length);
            WireNotification expected;
            try {
                expected = WireNotification.decode(bytes);
            } catch (NixlException e) {
                // the record refuses names that are not UTF-8 as well
                assertThat(taken && isUtf8(memory)).as(Arrays.toString(bytes)).isFalse();
                return;
            }
            assertThat(taken).as(expected.toString()).isTrue();
            assertThat(part(memory, view.nameOffset(), view.nameLength()))
                    .isEqualTo(expected.name().getBytes(UTF_8));
            assertThat(part(memory, view.payloadOffset(), view.payloadLength())).isEqualTo(expected.payload());
        }
    }

    private boolean isUtf8(MemorySegment memory) {
        byte[] name = part(memory, view.nameOffset(), view.nameLength());
        return Arrays.equals(new String(name, UTF_8).getBytes(UTF_8), name);
    }

    private static byte[] part(MemorySegment memory, long offset, int length) {
        return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void readsWhatIsWellFormed() {
        agreesWithTheRecord(new WireNotification("a", new byte[0]).encode());
        agreesWithTheRecord(new WireNotification("Zürich", "a|b\0c".getBytes(UTF_8)).encode());
        byte[] large = new byte[65_536];
        new Random(1).nextBytes(large);
        agreesWithTheRecord(new WireNotification("agentA", large).encode());
    }

    @Test
    void ignoresBytesBehind() {
        byte[] bytes = new WireNotification("agentA", "x".getBytes(UTF_8)).encode();
        agreesWithTheRecord(Arrays.copyOf(bytes, bytes.length + 5));
    }

    @Test
    void truncatedAtEveryByte() {
        byte[] bytes = new WireNotification("agentA", "hello".getBytes(UTF_8)).encode();
        for (int length = 0; length < bytes.length; length++) {
            agreesWithTheRecord(Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void everyBitFlipped() {
        byte[] bytes = new WireNotification("agentA", "hello".getBytes(UTF_8)).encode();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            agreesWithTheRecord(flipped);
        }
    }
}
