// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A side's buffer as text: {@code name address length 0}.
 *
 * @param agent the side's name, without blanks
 * @param address unsigned
 * @param length bytes, positive
 */
public record BufferDescription(String agent, long address, long length) {
    /** Longer than any that a side writes. */
    public static final int LONGEST = 4096;

    private static final int FIELDS = 4;

    public String line() {
        return agent + " " + Long.toUnsignedString(address) + " " + length + " 0\n";
    }

    /**
     * Reads what a partner wrote.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static BufferDescription parse(byte[] bytes) {
        String text = decode(bytes);
        if (!text.endsWith("\n") || text.indexOf('\n') != text.length() - 1) {
            throw new IllegalArgumentException("it is not one line");
        }
        String[] fields = text.substring(0, text.length() - 1).split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("it has " + fields.length + " fields");
        }
        if (!isName(fields[0])) {
            throw new IllegalArgumentException("the name is empty or has control characters");
        }
        long address = number("address", fields[1]);
        long length = number("length", fields[2]);
        if (length <= 0 || Long.compareUnsigned(address + length - 1, address) < 0) {
            throw new IllegalArgumentException("a length of " + fields[2] + " at address " + fields[1] + " cannot be");
        }
        if (!fields[3].equals("0")) {
            throw new IllegalArgumentException("the device is '" + fields[3] + "'");
        }
        return new BufferDescription(fields[0], address, length);
    }

    /** Whether it can stand in a description: no blanks, no control characters. */
    public static boolean isName(String text) {
        return !text.isEmpty()
                && text.codePoints().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    }

    private static long number(String field, String text) {
        try {
            return Numbers.unsigned(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("the " + field + " '" + text + "' is not a decimal 64-bit number");
        }
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException("it is not UTF-8");
        }
    }
}
