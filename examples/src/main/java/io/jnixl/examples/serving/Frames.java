// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Messages on a pipe between two processes: length, big-endian, and as many bytes. */
final class Frames {
    /** Metadata of a few regions and some lines of text are far below; more is no frame of ours. */
    static final int LONGEST = 1 << 20;

    private Frames() {}

    static void write(OutputStream to, byte[] frame) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    /**
     * Waits for a frame.
     *
     * @throws java.io.EOFException when the other side ends before
     */
    static byte[] read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a frame of " + length + " bytes: something else was written to the pipe");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        return frame;
    }
}
