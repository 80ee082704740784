// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;

/**
 * Host memory of this library's own, registered from the start.
 *
 * <p>Thread-safe. The segment may be used by any thread until the allocation is closed; afterwards access to it throws.
 *
 * @since 0.1
 */
public interface Allocation extends AutoCloseable {

    /** The memory: zeroed at first, aligned to 4096 bytes at least. */
    MemorySegment segment();

    /** Its registration; closed with the allocation. */
    Registration registration();

    /**
     * Ends the registration and frees the memory; idempotent. Costs a handshake with all threads (microseconds).
     *
     * @throws NixlException with {@link ErrorCode#NOT_ALLOWED} while transfers use it, naming them; nothing is freed then
     */
    @Override
    void close();
}
