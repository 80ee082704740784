// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import java.lang.foreign.MemorySegment;

/**
 * One incarnation of another agent, or of oneself, as a remote-capable backend knows it. Thread-safe but for
 * {@link #close()}.
 *
 * @since 0.1
 */
public interface BackendPeer extends AutoCloseable {

    /**
     * Takes a region that the peer published. Everything in it came from outside: check before native code sees it.
     *
     * @param region the range in the peer's address space; its segment is null
     * @param publicData what the peer's {@link RegisteredMemory#publicData()} said
     * @throws NixlException with {@link io.jnixl.api.ErrorCode#BACKEND} when it cannot be used
     */
    RegionHandle load(MemoryRegion region, byte[] publicData);

    /**
     * Connects now; idempotent. May block.
     *
     * @throws NixlException when it cannot
     */
    default void connect() {}

    /**
     * Sends a message that belongs to no transfer.
     *
     * @param message the bytes, in any kind of segment, also of the heap; read during the call only
     * @return {@link Status#SUCCESS} when handed over, {@link Status#NOT_ALLOWED} when the receiver has no room now (try
     *     again later), {@link Status#REMOTE_DISCONNECT} when the peer is gone
     * @throws NixlException for other failures
     */
    Status send(MemorySegment message);

    /**
     * Disconnects. Posts in flight end with {@link Status#REMOTE_DISCONNECT} or as they would have; the handles loaded from
     * it are closed afterwards. Called once; may block briefly.
     */
    @Override
    void close();
}
