// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.api.Status;
import io.jnixl.spi.NotificationBuffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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

    /**
     * Takes the message of a post that may have so many bytes at most; else the status that the post ends with. The record says
     * why, also where it throws: there is no memory, or the text changes while it is read.
     */
    @Nullable
    Status take(CharSequence text, int utf8Length, int most, FailureRecord failure) {
        Status refusal = failure.checkMessage(utf8Length, most);
        if (refusal == null) {
            try {
                set(text, utf8Length);
            } catch (RuntimeException | Error e) {
                dropUnread(e, failure);
                throw e;
            }
        }
        return refusal;
    }

    /** As {@link #take(CharSequence, int, int, FailureRecord)}. */
    @Nullable
    Status take(byte[] bytes, int offset, int count, int most, FailureRecord failure) {
        Status refusal = failure.checkMessage(count, most);
        if (refusal == null) {
            try {
                set(bytes, offset, count);
            } catch (RuntimeException | Error e) {
                dropUnread(e, failure);
                throw e;
            }
        }
        return refusal;
    }

    private void dropUnread(Throwable e, FailureRecord failure) {
        clear();
        failure.reported("the notification could not be copied: " + e, -1, null, null);
    }

    void set(byte[] bytes, int offset, int count) {
        reserve(count);
        MemorySegment.copy(bytes, offset, segment, JAVA_BYTE, 0, count);
        present = true;
        length = count;
    }

    private void set(CharSequence text, int utf8Length) {
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
