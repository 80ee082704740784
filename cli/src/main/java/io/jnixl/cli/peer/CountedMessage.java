// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

/** The notifications of posts, {@code it:0}, {@code it:1} and so on, in one array that is used again. */
final class CountedMessage {
    static final String PREFIX = "it:";

    private static final int MOST_DIGITS = 20;

    private final byte[] bytes = new byte[PREFIX.length() + MOST_DIGITS];
    private long number;

    CountedMessage() {
        for (int i = 0; i < PREFIX.length(); i++) {
            bytes[i] = (byte) PREFIX.charAt(i);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** Goes on to the next one and answers its length. */
    int next() {
        long rest = number++;
        int digits = 1;
        for (long more = rest / 10; more > 0; more /= 10) {
            digits++;
        }
        int length = PREFIX.length() + digits;
        for (int i = length - 1; i >= PREFIX.length(); i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return length;
    }
}
