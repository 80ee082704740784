// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;

/** The part of an engine that a transfer belongs to. Thread-safe. */
interface Lane {

    /** The number of the ring, for what is registered with it; -1 without one. */
    int number();

    /** Makes memory and files known to the kernel, where that is of use. */
    void prepare(DramRegion[] memories, FileRegion[] files);

    /**
     * Takes a post; does not block.
     *
     * @return SUCCESS when it has ended so within the call; otherwise IN_PROGRESS, and the transfer will be told
     */
    Status submit(PosixTransfer transfer);

    /** Makes progress, if the calling thread may; returns at once. */
    void poll(PosixTransfer transfer);

    /**
     * Makes progress until the post has ended, at most this long, where the calling thread may; otherwise returns at once.
     */
    void drive(PosixTransfer transfer, long nanos);

    /** Looks at transfers that were cancelled. */
    void cancelled();
}
