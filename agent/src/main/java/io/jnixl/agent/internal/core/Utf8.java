// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** UTF-8 straight into native memory: {@code String.getBytes} would allocate at each post. */
final class Utf8 {
    private Utf8() {}

    /** Bytes that the text takes; a lone surrogate counts as the {@code ?} it becomes. */
    static int length(CharSequence text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (isPair(text, i)) {
                bytes += 4;
                i++;
            } else {
                bytes += Character.isSurrogate(c) ? 1 : 3;
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    static void encode(CharSequence text, MemorySegment into) {
        long at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                into.set(JAVA_BYTE, at++, (byte) c);
            } else if (c < 0x800) {
                into.set(JAVA_BYTE, at++, (byte) (0xc0 | c >> 6));
                into.set(JAVA_BYTE, at++, tail(c));
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                into.set(JAVA_BYTE, at++, (byte) (0xf0 | point >> 18));
                into.set(JAVA_BYTE, at++, tail(point >> 12));
                into.set(JAVA_BYTE, at++, tail(point >> 6));
                into.set(JAVA_BYTE, at++, tail(point));
            } else if (Character.isSurrogate(c)) {
                into.set(JAVA_BYTE, at++, (byte) '?');
            } else {
                into.set(JAVA_BYTE, at++, (byte) (0xe0 | c >> 12));
                into.set(JAVA_BYTE, at++, tail(c >> 6));
                into.set(JAVA_BYTE, at++, tail(c));
            }
        }
    }

    private static boolean isPair(CharSequence text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }

    private static byte tail(int bits) {
        return (byte) (0x80 | (bits & 0x3f));
    }
}
