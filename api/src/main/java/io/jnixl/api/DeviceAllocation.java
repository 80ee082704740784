// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;

/**
 * Memory of a GPU of this library's own, registered from the start. The program cannot touch it by its address; what it holds
 * is copied.
 *
 * <p>Thread-safe. Copies run on the calling thread, which keeps its own CUDA context, and block until they are done.
 *
 * @since 0.1
 */
public interface DeviceAllocation extends AutoCloseable {

    /** Kind, device, device address and length in bytes; valid until closed. */
    MemoryRegion region();

    /** Its registration; closed with the allocation. */
    Registration registration();

    /**
     * The whole blocks, one behind the other, as the local side of a transfer. A rest shorter than a block is left out.
     *
     * @param blockBytes length of a block in bytes, positive
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a block length that is not positive or longer than the
     *     memory, or more than {@link Integer#MAX_VALUE} blocks
     */
    DescriptorList blocks(long blockBytes);

    /**
     * Copies host memory into it. Not ordered against transfers: copy before the post, or after its end.
     *
     * @param from native memory, which must not change meanwhile
     * @param offset in bytes, in this memory
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} past the end or for memory of the Java heap,
     *     {@link ErrorCode#NOT_ALLOWED} when it is closed, {@link ErrorCode#BACKEND} with the driver's error
     */
    void copyFrom(MemorySegment from, long offset);

    /**
     * Copies from it to host memory, as much as that has room for. Not ordered against transfers.
     *
     * @param to native memory, writable
     * @param offset in bytes, in this memory
     * @throws NixlException as {@link #copyFrom}; with {@link ErrorCode#INVALID_PARAM} also for a read-only segment
     */
    void copyTo(MemorySegment to, long offset);

    /**
     * Ends the registration and frees the memory; idempotent. Waits until the device has done what it was told.
     *
     * @throws NixlException with {@link ErrorCode#NOT_ALLOWED} while transfers use it, naming them; nothing is freed then
     */
    @Override
    void close();
}
