// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.Status;

/**
 * A prepared transfer: posted many times, one post at a time.
 *
 * <p>The package documentation says which calls overlap.
 *
 * @since 0.1
 */
public interface BackendTransfer extends AutoCloseable {

    /**
     * Starts moving what the request's columns say now. Allocates nothing, throws nothing.
     *
     * @return {@link Status#IN_PROGRESS} when the end will be, or has been, told to the completion sink, once; anything
     *     else is the end, and the sink is not called
     */
    Status post();

    /**
     * Makes progress on the post, where this backend needs a caller for that. Cheap; returns at once. May come late: while or
     * after the post ends, even while {@link #close()} runs or has run, and does nothing then.
     */
    default void poll() {}

    /**
     * Asks to end the post early. The sink is still called once, when nothing local touches the memory any more; with
     * {@link Status#CANCELED} or as it ended. Without a post in flight, does nothing.
     */
    void cancel();

    /** Frees it. Called once, with no post in flight. */
    @Override
    void close();
}
