// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class SerDesTest {
    @Test
    void allKindsOfRecordsRoundTrip() {
        byte[] payload = {'|', 0, -1, '|'};
        byte[] blob = new SerDesWriter()
                .string("s", "Grüße 🚀")
                .bytes("b", payload)
                .u64("u", -2)
                .i32("i", -3)
                .bytes("", new byte[0])
                .toByteArray();

        SerDesReader reader = new SerDesReader(blob);

        assertThat(reader.string("s")).isEqualTo("Grüße 🚀");
        assertThat(reader.bytes("b")).isEqualTo(payload);
        assertThat(reader.u64("u")).isEqualTo(-2);
        assertThat(reader.i32("i")).isEqualTo(-3);
        assertThat(reader.slice("").byteSize()).isZero();
        assertThat(reader.remaining()).isZero();
        assertThat(reader.offset()).isEqualTo(blob.length);
    }

    @Test
    void growsWithWhatIsWritten() {
        byte[] large = new byte[100_000];
        large[99_999] = 7;
        SerDesWriter writer = new SerDesWriter(0);
        for (int i = 0; i < 10; i++) {
            writer.bytes("x", large);
        }

        SerDesReader reader = new SerDesReader(writer.toByteArray());

        assertThat(writer.size()).isEqualTo(11 + 10 * (1 + 8 + 100_000 + 1));
        for (int i = 0; i < 10; i++) {
            assertThat(reader.bytes("x")).isEqualTo(large);
        }
    }

    @Test
    void readsPartOfANativeSegmentAtAnyAlignment() {
        byte[] golden = Golden.NOTIF_HELLO.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(golden.length + 16);
            MemorySegment.copy(golden, 0, memory, ValueLayout.JAVA_BYTE, 3, golden.length);

            SerDesReader reader = new SerDesReader(memory.asSlice(3, golden.length));

            assertThat(reader.string("name")).isEqualTo("agentA");
            assertThat(reader.slice("msg").toArray(ValueLayout.JAVA_BYTE)).containsExactly('h', 'e', 'l', 'l', 'o');
        }
    }

    @Test
    void aFailedReadLeavesThePosition() {
        byte[] blob = new SerDesWriter().bytes("x", new byte[] {(byte) 0x80}).toByteArray();
        SerDesReader reader = new SerDesReader(blob);

        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> reader.bytes("y"));
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> reader.u64("x"));
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> reader.i32("x"));
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> reader.string("x"));

        assertThat(reader.offset()).isEqualTo(11);
        assertThat(reader.nextIs("x")).isTrue();
        assertThat(reader.bytes("x")).containsExactly(0x80);
        assertThat(reader.nextIs("x")).isFalse();
    }

    @Test
    void textThatUtf8CannotExpressIsNotWritten() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> new SerDesWriter().string("name", "\ud800"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    @Test
    void moreThanAnArrayHoldsIsRefused() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> new SerDesWriter(1L << 31))
                .withMessageContaining("2147483648 bytes");
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> new SerDesWriter().begin("", Integer.MAX_VALUE))
                .withMessageContaining("does not fit an array");
    }
}
