// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireNotification;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/**
 * Any bytes are a notification that both encoders write and that can be read again, or are refused; see
 * {@code docs/fuzzing.md}.
 */
class NotificationFuzzTest {
    @DictionaryFile(resourcePath = "wire.dict")
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of a whole fuzzing run; the default would end it
    @FuzzTest(maxDuration = "10m")
    void decode(byte[] bytes) {
        WireNotification notification;
        try {
            notification = WireNotification.decode(bytes);
        } catch (NixlException e) {
            refuseOrView(bytes);
            return;
        }
        byte[] encoded = notification.encode();
        assertThat(encoded).isEqualTo(encodeIntoSegment(notification));
        assertThat(WireNotification.decode(encoded)).isEqualTo(notification);
        assertThat(view(bytes)).isEqualTo(notification.payload());
    }

    /** The views take names that are not UTF-8; apart from that they refuse what the decoder refuses. */
    private static void refuseOrView(byte[] bytes) {
        try {
            assertThat(view(bytes)).hasSizeLessThan(bytes.length);
        } catch (NixlException e) {
            return;
        }
        byte[] name = WireNotification.nameView(MemorySegment.ofArray(bytes)).toArray(ValueLayout.JAVA_BYTE);
        assertThat(new String(name, UTF_8).getBytes(UTF_8)).isNotEqualTo(name);
    }

    private static byte[] view(byte[] bytes) {
        return WireNotification.payloadView(MemorySegment.ofArray(bytes)).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] encodeIntoSegment(WireNotification notification) {
        byte[] name = notification.name().getBytes(UTF_8);
        byte[] payload = notification.payload();
        byte[] to = new byte[WireNotification.encodedLength(name, payload.length)];
        WireNotification.encode(MemorySegment.ofArray(to), name, MemorySegment.ofArray(payload), payload.length);
        return to;
    }
}
