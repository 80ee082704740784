// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Bridges from {@code java.nio}, for programs that have buffers and channels; everything else here speaks
 * {@link MemorySegment}.
 *
 * @since 0.1
 */
public final class Adapters {
    private Adapters() {}

    /**
     * The bytes of a direct buffer between position and limit, as a segment that can be registered. The segment keeps the
     * buffer's memory alive; position and limit are read now and not followed.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a buffer on the heap or without remaining bytes
     */
    public static MemorySegment segment(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw Checks.invalid("the buffer lies on the Java heap; take ByteBuffer.allocateDirect or Agent.allocate");
        }
        if (!buffer.hasRemaining()) {
            throw Checks.invalid(
                    "the buffer has no bytes between position " + buffer.position() + " and limit " + buffer.limit());
        }
        return MemorySegment.ofBuffer(buffer);
    }

    /**
     * A direct buffer over a part of a segment, for code that wants one; valid as long as the segment is.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for more than 2 GiB - 1 or a range outside the segment
     */
    public static ByteBuffer buffer(MemorySegment segment, long offset, long length) {
        if (length > Integer.MAX_VALUE || offset < 0 || length < 0 || offset > segment.byteSize() - length) {
            throw Checks.invalid("a buffer of " + length + " bytes at " + offset + " does not fit a segment of "
                    + segment.byteSize() + " bytes or a ByteBuffer");
        }
        return segment.asSlice(offset, length).asByteBuffer();
    }

    /**
     * Maps a part of a channel's file as a segment that can be registered as host memory.
     *
     * @param arena shared or global: a confined one is refused at registration
     * @throws NixlException with {@link ErrorCode#BACKEND} when the system refuses
     */
    public static MemorySegment map(
            FileChannel channel, FileChannel.MapMode mode, long offset, long length, Arena arena) {
        try {
            return channel.map(mode, offset, length, arena);
        } catch (IOException e) {
            throw NixlException.of(
                            ErrorCode.BACKEND, "cannot map " + length + " bytes at " + offset + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
