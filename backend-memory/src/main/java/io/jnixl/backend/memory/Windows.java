// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Host memory as direct buffers, which is what file channels take: views of at most 1 GiB, made when first used and kept.
 * Buffers have a position, so each transfer has windows of its own. Used by one thread at a time.
 */
final class Windows {
    private static final int SHIFT = 30;
    private static final long SIZE = 1L << SHIFT;

    private final DramRegion region;
    private final @Nullable ByteBuffer[] views;

    private Windows(DramRegion region) {
        this.region = region;
        this.views = new @Nullable ByteBuffer[Math.toIntExact((region.segment().byteSize() + SIZE - 1) >>> SHIFT)];
    }

    static Windows[] over(DramRegion[] regions) {
        Windows[] all = new Windows[regions.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Windows(regions[i]);
        }
        return all;
    }

    /** A buffer over the bytes at this address: as many as wanted, or as far as the window goes. */
    ByteBuffer at(long address, long wanted) {
        long offset = address - region.address();
        int index = Math.toIntExact(offset >>> SHIFT);
        ByteBuffer view = views[index];
        if (view == null) {
            long start = (long) index << SHIFT;
            long size = Math.min(SIZE, region.segment().byteSize() - start);
            view = region.segment().asSlice(start, size).asByteBuffer();
            views[index] = view;
        }
        int position = (int) (offset & (SIZE - 1));
        int bytes = (int) Math.min(wanted, view.capacity() - position);
        return view.limit(position + bytes).position(position);
    }
}
