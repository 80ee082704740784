// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/** What reads and writes. Thread-safe. */
sealed interface Engine permits RingEngine, AioEngine, PoolEngine {

    /** Where a new transfer belongs. */
    Lane lane();

    /** Lets go of memory that the kernel was told of. */
    default void forget(DramRegion memory) {}

    /** Lets go of a file that the kernel was told of. */
    default void forget(FileRegion file) {}

    /** Ends the posts that are left as cancelled, and the threads. Comes last. */
    void close();

    /** The word for it in the option {@code engine}. */
    String word();
}
