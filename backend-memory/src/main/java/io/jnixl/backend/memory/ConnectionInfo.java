// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What a peer needs to find a backend: magic, version, process, instance; 32 bytes, big-endian.
 *
 * @param process see {@link Fabric#PROCESS}
 * @param instance the backend's number in that process
 */
record ConnectionInfo(UUID process, long instance) {
    /** "JNXM". */
    private static final int MAGIC = 0x4A4E584D;

    private static final int VERSION = 1;
    private static final int BYTES = 32;

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(process.getMostSignificantBits())
                .putLong(process.getLeastSignificantBits())
                .putLong(instance)
                .array();
    }

    /** Reads what came from outside; anything unexpected is {@link ErrorCode#BACKEND}. */
    static ConnectionInfo decode(String name, byte[] bytes) {
        if (bytes.length != BYTES) {
            throw malformed(name, bytes.length + " bytes, expected " + BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw malformed(name, "magic " + Integer.toHexString(magic) + ", expected " + Integer.toHexString(MAGIC));
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw malformed(name, "version " + version + ", expected " + VERSION);
        }
        return new ConnectionInfo(new UUID(in.getLong(), in.getLong()), in.getLong());
    }

    private static NixlException malformed(String name, String what) {
        return NixlException.of(ErrorCode.BACKEND, "connection information of \"" + name + "\" is malformed: " + what)
                .backend(MemoryBackendProvider.NAME)
                .peer(name)
                .build();
    }
}
