// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameDecoderTest {
    private static final long GIB = 1L << 30;

    private final Budget budget = new Budget(1 << 20);
    private final FrameDecoder decoder = new FrameDecoder(GIB, budget);

    /** All frames that are whole, fed in pieces of up to this many bytes. */
    private List<String> frames(byte[] bytes, int piece) throws ProtocolException {
        List<String> frames = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += piece) {
            int end = Math.min(bytes.length, start + piece);
            for (int at = start; at < end; ) {
                at = decoder.feed(bytes, at, end);
                byte[] frame = decoder.frame();
                if (frame != null) {
                    frames.add(new String(frame, ISO_8859_1));
                    decoder.release();
                }
            }
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 4096, 1 << 20})
    @DisplayName("G: fragmented writes, whatever the size of the pieces")
    void fragments(int piece) throws ProtocolException {
        String large = "x".repeat(100_000);
        byte[] bytes = Frames.joined(
                Frames.frame("one"),
                Frames.frame(""),
                Frames.frame("two\0|"),
                Frames.frame(large),
                Frames.frame("last"));
        assertThat(frames(bytes, piece)).containsExactly("one", "", "two\0|", large, "last");
        assertThat(decoder.isInFrame()).isFalse();
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {GIB + 1, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    @DisplayName("G: a frame of more than 1 GiB is refused by its length alone")
    void tooLarge(long length) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.feed(Frames.head(length), 0, 8))
                .withMessageContaining("at most 1073741824");
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLengthAloneTakesNoRoom() throws ProtocolException {
        decoder.feed(Frames.head(GIB), 0, 8);
        assertThat(decoder.isInFrame()).isTrue();
        assertThat(budget.used()).isZero();
        decoder.feed(new byte[10], 0, 10);
        assertThat(budget.used()).isEqualTo(4096);
        decoder.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void allFramesTogetherStayInTheBudget() throws ProtocolException {
        FrameDecoder other = new FrameDecoder(GIB, budget);
        byte[] much = new byte[600_000];
        decoder.feed(Frames.head(GIB), 0, 8);
        decoder.feed(much, 0, much.length);
        other.feed(Frames.head(GIB), 0, 8);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> other.feed(much, 0, much.length))
                .withMessageContaining("no room");
        other.close();
        decoder.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void anyBytes() {
        long seed = System.nanoTime();
        System.out.println("FrameDecoderTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            FrameDecoder fresh = new FrameDecoder(GIB, budget);
            try (fresh) {
                for (int at = 0; at < bytes.length; ) {
                    at = fresh.feed(bytes, at, bytes.length);
                    if (fresh.frame() != null) {
                        fresh.release();
                    }
                }
            } catch (ProtocolException e) {
                assertThat(e).hasMessageContaining("at most");
            }
        }
        assertThat(budget.used()).as("seed %s", seed).isZero();
    }
}
