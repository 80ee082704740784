// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What the prefill side says of itself once it knows decode's memory and is ready to push into it.
 *
 * @param pid its process
 * @param metadata what decode needs to send it requests
 * @param backends the backends it found, for people
 * @param choice the backend it pushes with, and why, for people
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Introduction(long pid, byte[] metadata, String backends, String choice) {

    byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(pid);
        out.writeInt(metadata.length);
        out.write(metadata);
        out.writeUTF(backends);
        out.writeUTF(choice);
        return bytes.toByteArray();
    }

    static Introduction decode(byte[] frame) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
        long pid = in.readLong();
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("metadata of " + length + " bytes in a frame of " + frame.length);
        }
        return new Introduction(pid, in.readNBytes(length), in.readUTF(), in.readUTF());
    }
}
