// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What an agent publishes of its backend: a worker's address, which is all that native NIXL publishes, and behind it, where UCX
 * does not look, a mark that says that shared memory takes part in error handling here (UCX's MM_ERROR_HANDLING), and of which user the
 * process is. An address tells neither. A process where it takes no part is ended by UCX, by a failed assertion, when one
 * where it does connects by shared memory; and segments of another user's cannot be attached, which not every UCX notices in time.
 *
 * @param address without the mark
 * @param user the number of the process's user, in 32 bits; {@link #UNMARKED} without a mark
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConnectionInfo(byte[] address, long user) {
    static final long UNMARKED = -1;

    private static final byte[] MARK = "jnixl-mm".getBytes(StandardCharsets.US_ASCII);
    private static final int USER_DIGITS = 8;

    /** This process's; unmarked where that cannot be told. */
    static long ownUser() {
        try {
            return Integer.toUnsignedLong((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return UNMARKED;
        }
    }

    /** Reads bytes that come from anywhere. */
    static ConnectionInfo of(byte[] bytes) {
        int end = bytes.length - MARK.length - USER_DIGITS;
        if (end < 0 || !Arrays.equals(MARK, Arrays.copyOfRange(bytes, end, end + MARK.length))) {
            return new ConnectionInfo(bytes, UNMARKED);
        }
        try {
            String digits = new String(bytes, end + MARK.length, USER_DIGITS, StandardCharsets.ISO_8859_1);
            return new ConnectionInfo(Arrays.copyOf(bytes, end), HexFormat.fromHexDigitsToLong(digits));
        } catch (IllegalArgumentException e) { // none of ours: whatever it is, UCX has to say
            return new ConnectionInfo(bytes, UNMARKED);
        }
    }

    /** What is published. */
    byte[] bytes() {
        if (user == UNMARKED) {
            return address;
        }
        byte[] digits = HexFormat.of().toHexDigits(user, USER_DIGITS).getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(address, address.length + MARK.length + USER_DIGITS);
        System.arraycopy(MARK, 0, all, address.length, MARK.length);
        System.arraycopy(digits, 0, all, address.length + MARK.length, USER_DIGITS);
        return all;
    }
}
