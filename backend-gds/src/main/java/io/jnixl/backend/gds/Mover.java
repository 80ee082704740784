// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

/** A thread's way of moving loads. One thread at a time. */
interface Mover {

    /** The most pieces of a load. */
    int room();

    /**
     * Moves a load until each of its pieces has all its bytes or has failed; when it returns, cuFile touches none of their memory
     * any more. Blocks. Gives up early when the transfer is stopped.
     */
    void move(Load load);

    /** Ends what may still be under way of a load whose move was broken off by an exception. Blocks. */
    void giveUp(Load load);

    /** Frees what it has of cuFile. */
    void close();
}
