// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Host memory of the agent that posts.
 *
 * @param segment the memory
 * @param memory its registration
 */
record Near(MemorySegment segment, RegisteredMemory memory) {
    long address() {
        return segment.address();
    }

    byte[] content() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    void content(byte[] bytes) {
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }
}
