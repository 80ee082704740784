// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Status;
import io.jnixl.spi.NotificationBuffer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The message of a transfer as a segment of exactly its length. Slicing allocates, so slices are kept: messages whose
 * lengths come again cost nothing. Not thread-safe: guarded by the {@link Outbox}.
 */
final class MessageSlices {
    /** A power of two; lengths that are equal modulo this share a place. */
    private static final int PLACES = 64;

    private final NotificationBuffer buffer;
    private @Nullable MemorySegment sliced;
    private @Nullable MemorySegment @Nullable [] slices;

    MessageSlices(NotificationBuffer buffer) {
        this.buffer = buffer;
    }

    MemorySegment message() {
        int length = buffer.length();
        if (length > MemoryBackend.MAX_MESSAGE) {
            throw new TransferFault(
                    Status.INVALID_PARAM,
                    -1,
                    "a notification of " + length + " bytes is longer than " + MemoryBackend.MAX_MESSAGE,
                    "make it shorter");
        }
        MemorySegment memory = buffer.segment();
        return memory.byteSize() == length ? memory : slice(memory, length);
    }

    private MemorySegment slice(MemorySegment memory, int length) {
        @Nullable MemorySegment[] kept = slices;
        if (kept == null) {
            kept = new @Nullable MemorySegment[PLACES];
            slices = kept;
        }
        if (!memory.equals(sliced)) {
            Arrays.fill(kept, null);
            sliced = memory;
        }
        int place = length & (PLACES - 1);
        MemorySegment slice = kept[place];
        if (slice == null || slice.byteSize() != length) {
            slice = memory.asSlice(0, length);
            kept[place] = slice;
        }
        return slice;
    }
}
