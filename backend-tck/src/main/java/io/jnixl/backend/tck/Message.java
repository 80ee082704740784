// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.spi.NotificationBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The agent's side of a post's message. Changed between posts only; not thread-safe beyond that.
 *
 * @since 0.1
 */
public final class Message implements NotificationBuffer {
    private static final long SMALLEST = 256;

    private MemorySegment memory = Arena.ofAuto().allocate(SMALLEST);
    private int length = -1;

    /** None. */
    public Message() {}

    /** Takes a text. */
    public void set(String text) {
        set(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes bytes. */
    public void set(byte[] bytes) {
        if (bytes.length > memory.byteSize()) {
            memory = Arena.ofAuto().allocate(bytes.length);
        }
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        length = bytes.length;
    }

    /** Takes the first bytes, at most 256, of whatever the memory holds; -1: no message. */
    public void setLength(int bytes) {
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
