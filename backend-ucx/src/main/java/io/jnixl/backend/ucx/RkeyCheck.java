// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whether bytes could be what {@code ucp_rkey_pack} wrote. UCX takes no length and believes every byte, so what is cut or
 * garbled kills the process: this walks over the parts and sees that they end within the bytes. What lies inside a part is
 * a transport's own and cannot be checked.
 *
 * <p>The parts, the same from UCX 1.13 to 1.22: a map of memory domains (8 bytes), a memory type (1), and for each bit of the
 * map a length (1) and as many bytes; later versions append distances of devices.
 */
final class RkeyCheck {
    private static final int HEADER = Long.BYTES + 1;
    private static final int MOST_BYTES = 1 << 16;
    private static final int MOST_MEMORY_TYPES = 12;

    private RkeyCheck() {}

    /** What is wrong with the bytes, or an empty text. */
    static String fault(byte[] bytes) {
        if (bytes.length < HEADER || bytes.length > MOST_BYTES) {
            return "it has " + bytes.length + " bytes, expected " + HEADER + " to " + MOST_BYTES;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long domains = in.getLong();
        int type = in.get();
        if (type < 0 || type >= MOST_MEMORY_TYPES) {
            return "its memory type is " + type;
        }
        int parts = Long.bitCount(domains);
        for (int i = 0; i < parts; i++) {
            if (!in.hasRemaining()) {
                return "it names " + parts + " memory domains and ends after " + i;
            }
            int length = Byte.toUnsignedInt(in.get());
            if (length > in.remaining()) {
                return "part " + i + " of " + parts + " has " + length + " bytes, and " + in.remaining() + " are left";
            }
            in.position(in.position() + length);
        }
        return "";
    }
}
