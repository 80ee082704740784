// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.util.Arrays;

/**
 * The frame that answers whoever asks for metadata: the same array for all as long as the metadata is the same, since many who
 * ask and do not read would hold as many copies. Thread-safe.
 */
final class SharedFrame {
    private byte[] metadata = {};
    private byte[] frame = {};

    synchronized byte[] of(byte[] bytes, long limit) {
        if (frame.length == 0 || !Arrays.equals(metadata, bytes)) {
            frame = Commands.frame(new Command.Load(bytes), limit);
            metadata = bytes;
        }
        return frame;
    }
}
