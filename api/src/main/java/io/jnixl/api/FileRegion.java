// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.nio.file.Path;
import java.util.List;

/**
 * An open, registered file, the far side of transfers within an agent: WRITE to it, READ from it.
 *
 * <p>Thread-safe. Closing closes the file; refused while transfers use it.
 *
 * @since 0.1
 */
public interface FileRegion extends Registration {

    /** The absolute path it was opened by. */
    Path path();

    /** The number that stands for this file in descriptors. */
    long device();

    /** Bytes in the file now. */
    long size();

    /**
     * What offsets, lengths and memory addresses must be multiples of; {@link Alignment#NONE} unless opened with DIRECT. It is
     * what the backend that comes first for this file asks for, as kernel and file system told it (Linux 6.1 and later), or
     * its guess.
     */
    Alignment alignment();

    /** The pairs of two lists that are not aligned for this file; see {@link Alignment#check}. */
    default List<Misalignment> misaligned(DescriptorList memory, DescriptorList ranges) {
        return alignment().check(memory, ranges);
    }

    /**
     * Allocates and registers memory that is aligned for this file, its length rounded up to a whole one.
     *
     * @param bytes positive
     * @throws NixlException as {@link Agent#allocate(long)}
     */
    Allocation allocate(long bytes);

    /**
     * Whether the file has every one of these ranges now, from start to end. Advice only: files grow and shrink. A READ past
     * the end fails for the descriptors concerned, and says how far they came; a WRITE makes the file longer.
     *
     * @return the indices of those that it has not, in order
     */
    int[] pastEnd(DescriptorList ranges);

    /**
     * Makes the file as long as this: cuts its end off, or adds zeros that take no room on the device. May block.
     *
     * @throws NixlException with {@link ErrorCode#NOT_ALLOWED} unless it was opened with WRITE, {@link ErrorCode#BACKEND} when
     *     the system refuses, {@link ErrorCode#NOT_SUPPORTED} when no backend of this file can
     */
    void resize(long bytes);

    /**
     * Takes room on the device for the first bytes, so that writing there later neither fails for want of it nor waits for
     * it; makes the file at least as long. What is there stays. May block.
     *
     * @throws NixlException as {@link #resize}; {@link ErrorCode#NOT_SUPPORTED} also where the file system cannot
     */
    void reserve(long bytes);

    /** The whole blocks that the file has now; a rest is left out. */
    default DescriptorList blocks(long blockBytes) {
        return blocks(blockBytes, Math.toIntExact(size() / blockBytes));
    }

    /** The first {@code count} blocks, whether the file has them yet or not. */
    DescriptorList blocks(long blockBytes, int count);

    /** One range, whether the file has it yet or not. */
    DescriptorList slice(long offset, long length);
}
