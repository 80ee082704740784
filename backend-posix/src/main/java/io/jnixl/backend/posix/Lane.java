// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;

/**
 * The part of an engine that a transfer belongs to; as it stands here, one that tells the kernel nothing beforehand and whose own
 * threads do everything. Thread-safe.
 */
interface Lane {

    /** The number of the ring, for what is registered with it; -1 without one. */
    default int number() {
        return -1;
    }

    /** Makes memory and files known to the kernel, where that is of use. */
    default void prepare(DramRegion[] memories, FileRegion[] files) {}

    /**
     * Takes a post; does not block.
     *
     * @return SUCCESS when it has ended so within the call; otherwise IN_PROGRESS, and the transfer will be told
     */
    Status submit(PosixTransfer transfer);

    /** Makes progress, if the calling thread may; returns at once. */
    default void poll(PosixTransfer transfer) {}

    /**
     * Makes progress until the post has ended, at most this long, where the calling thread may; otherwise returns at once.
     */
    default void drive(PosixTransfer transfer, long nanos) {}

    /** Looks at transfers that were cancelled. */
    default void cancelled() {}
}
