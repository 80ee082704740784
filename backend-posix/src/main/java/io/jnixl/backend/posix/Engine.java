// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/** What reads and writes. Thread-safe. */
sealed interface Engine permits RingEngine, PoolEngine {

    /** Takes a post, whose end the transfer will be told; does not block. */
    void submit(PosixTransfer transfer);

    /** Ends the posts that are left as cancelled, and the threads. Comes last. */
    void close();

    /** The word for it in the option {@code engine}. */
    String word();
}
