// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.NotificationBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The agent's side of a post's message. */
final class Message implements NotificationBuffer {
    private final MemorySegment memory = Arena.ofAuto().allocate(256);
    private int length = -1;

    void set(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        length = bytes.length;
    }

    /** The first bytes of whatever the memory holds. */
    void setLength(int bytes) {
        length = bytes;
    }

    @Override
    public boolean isPresent() {
        return length >= 0;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public MemorySegment segment() {
        return memory;
    }
}
