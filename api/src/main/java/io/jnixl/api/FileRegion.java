// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.nio.file.Path;

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

    /** What offsets, lengths and memory addresses must be multiples of, in bytes; 1 unless opened with DIRECT. */
    int alignment();

    /** The whole blocks that the file has now; a rest is left out. */
    default DescriptorList blocks(long blockBytes) {
        return blocks(blockBytes, Math.toIntExact(size() / blockBytes));
    }

    /** The first {@code count} blocks, whether the file has them yet or not. */
    DescriptorList blocks(long blockBytes, int count);

    /** One range, whether the file has it yet or not. */
    DescriptorList slice(long offset, long length);
}
