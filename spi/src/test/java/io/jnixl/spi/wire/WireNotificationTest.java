// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireNotificationTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 4096, 65_536})
    @DisplayName("A: notifications of any length, 64 KiB too")
    void bothEncodersWriteTheSame(int length) {
        byte[] name = "Zürich".getBytes(UTF_8);
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        WireNotification notification = new WireNotification("Zürich", payload);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(length + 8L);
            MemorySegment.copy(payload, 0, from, ValueLayout.JAVA_BYTE, 0, length);
            int needed = WireNotification.encodedLength(name, length);
            MemorySegment to = arena.allocate(needed + 1L).fill((byte) 0x55);

            WireNotification.encode(to, name, from, length);

            assertThat(to.asSlice(0, needed).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(notification.encode());
            assertThat(to.get(ValueLayout.JAVA_BYTE, needed)).isEqualTo((byte) 0x55);
            assertThat(WireNotification.decode(to.asSlice(0, needed))).isEqualTo(notification);
            assertThat(view(WireNotification.nameView(to))).isEqualTo(name);
            assertThat(view(WireNotification.payloadView(to))).isEqualTo(payload);
        }
    }

    @Test
    @DisplayName("A: notification with bar and NUL")
    void nulAndBarInThePayload() {
        WireNotification notification = new WireNotification("a|b", new byte[] {0, '|', 0, '|', 'm', 's', 'g'});

        assertThat(WireNotification.decode(notification.encode())).isEqualTo(notification);
    }

    @Test
    void payloadIsCopiedInAndOut() {
        byte[] payload = {1, 2};
        WireNotification notification = new WireNotification("a", payload);

        payload[0] = 9;
        notification.payload()[1] = 9;

        assertThat(notification.payload()).containsExactly(1, 2);
    }

    @Test
    void anEmptyNameIsNobodys() {
        byte[] bytes =
                new SerDesWriter().string("name", "").bytes("msg", new byte[1]).toByteArray();

        refused(ErrorCode.MISMATCH, "name is empty", () -> WireNotification.decode(bytes));
        refused(ErrorCode.MISMATCH, "name is empty", () -> WireNotification.nameView(MemorySegment.ofArray(bytes)));
        refused(ErrorCode.MISMATCH, "name is empty", () -> WireNotification.payloadView(MemorySegment.ofArray(bytes)));
        refused(ErrorCode.INVALID_PARAM, "name is empty", () -> new WireNotification("", new byte[0]));
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        byte[] name = {'a'};
        MemorySegment small = MemorySegment.ofArray(new byte[WireNotification.encodedLength(name, 4) - 1]);
        MemorySegment payload = MemorySegment.ofArray(new byte[4]);

        refused(ErrorCode.INVALID_PARAM, "needs 41 bytes", () -> WireNotification.encode(small, name, payload, 4));
        refused(ErrorCode.INVALID_PARAM, "which has 4", () -> WireNotification.encode(small, name, payload, 5));
        refused(ErrorCode.INVALID_PARAM, "-1 bytes", () -> WireNotification.encodedLength(name, -1));
        refused(
                ErrorCode.INVALID_PARAM,
                "not between 0 and 2 GiB",
                () -> WireNotification.encodedLength(name, Integer.MAX_VALUE - 36));
        assertThat(small.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    private static byte[] view(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void refused(ErrorCode code, String message, ThrowingCallable call) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
