// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Frames as native agents write them, made without the code under test. */
final class Frames {
    static final String MARKER = "NIXLCOMM:";

    private Frames() {}

    static byte[] head(long length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    /** One frame of this payload, a byte for each character. */
    static byte[] frame(String payload) {
        return frame(payload.getBytes(ISO_8859_1));
    }

    static byte[] frame(byte[] payload) {
        return joined(head(payload.length), payload);
    }

    static byte[] load(byte[] metadata) {
        return frame(joined((MARKER + "LOAD").getBytes(ISO_8859_1), metadata));
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What a LOAD carries; a failure when the payload is something else. */
    static byte[] metadataOf(byte[] payload) {
        byte[] start = (MARKER + "LOAD").getBytes(ISO_8859_1);
        if (!Arrays.equals(payload, 0, Math.min(payload.length, start.length), start, 0, start.length)) {
            throw new AssertionError("no LOAD: " + new String(payload, ISO_8859_1));
        }
        return Arrays.copyOfRange(payload, start.length, payload.length);
    }
}
