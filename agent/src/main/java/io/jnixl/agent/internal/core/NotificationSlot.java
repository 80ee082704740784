// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.spi.NotificationBuffer;
import java.lang.foreign.MemorySegment;

/**
 * The message of one transfer, in native memory from the agent's slab. Changed only by the one who has taken the transfer's
 * state; grows when a message needs it and never shrinks, so that posts soon stop allocating.
 */
final class NotificationSlot implements NotificationBuffer {
    private final Slab slab;
    private MemorySegment segment = MemorySegment.NULL;
    private boolean present;
    private int length;

    NotificationSlot(Slab slab) {
        this.slab = slab;
    }

    @Override
    public boolean isPresent() {
        return present;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    void clear() {
        present = false;
        length = 0;
    }

    void set(byte[] bytes, int offset, int count) {
        reserve(count);
        MemorySegment.copy(bytes, offset, segment, JAVA_BYTE, 0, count);
        present = true;
        length = count;
    }

    void set(CharSequence text, int utf8Length) {
        reserve(utf8Length);
        Utf8.encode(text, segment);
        present = true;
        length = utf8Length;
    }

    private void reserve(int bytes) {
        if (bytes > segment.byteSize()) {
            MemorySegment larger = slab.take(bytes);
            release();
            segment = larger;
        }
    }

    void release() {
        if (segment.byteSize() > 0) {
            slab.giveBack(segment);
            segment = MemorySegment.NULL;
        }
        clear();
    }
}
