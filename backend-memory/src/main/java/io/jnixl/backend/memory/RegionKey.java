// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.ByteBuffer;

/**
 * What a peer needs to find one registration: magic and number; 12 bytes, big-endian. The number names this very
 * registration, so that a later one of the same memory is not mistaken for it.
 */
record RegionKey(long id) {
    /** "JNXR". */
    private static final int MAGIC = 0x4A4E5852;

    private static final int BYTES = 12;

    byte[] encode() {
        return ByteBuffer.allocate(BYTES).putInt(MAGIC).putLong(id).array();
    }

    /** Reads what came from outside; anything unexpected is {@link ErrorCode#BACKEND}. */
    static RegionKey decode(String peer, byte[] bytes) {
        if (bytes.length != BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            throw NixlException.of(
                            ErrorCode.BACKEND,
                            "a region key of " + bytes.length + " bytes from \"" + peer + "\" is malformed, expected "
                                    + BYTES + " bytes that start with " + Integer.toHexString(MAGIC))
                    .backend(MemoryBackendProvider.NAME)
                    .peer(peer)
                    .build();
        }
        return new RegionKey(ByteBuffer.wrap(bytes).getLong(Integer.BYTES));
    }
}
