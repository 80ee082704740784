// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text to bytes and back without replacement characters: two names are equal exactly when their bytes are. */
final class Utf8 {
    private Utf8() {}

    static byte[] encode(String what, String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, what + " holds half of a surrogate pair")
                    .remedy("take text that UTF-8 can express")
                    .cause(e)
                    .build();
        }
    }

    /** Checks a name that is to be written: not empty, and expressible. */
    static void requireName(String what, String name) {
        if (encode(what, name).length == 0) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, what + " is empty")
                    .remedy("give it a name; native NIXL refuses an empty one")
                    .build();
        }
    }

    /** The text, or null for bytes that are not well-formed UTF-8. */
    static @Nullable String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
