// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
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
     *
     * @return whether anything happened, to this post or another: then the caller's time to wait actively starts again
     */
    default boolean poll() {
        return false;
    }

    /**
     * How many bytes of the present post have been moved so far, by which stalls are noticed: it must grow while bytes move
     * and stand still when none do. It need not be exact, nor quite up to date; it never shrinks during one post. Cheap.
     * Any thread calls it now and then during a post, and may come late as with {@link #poll()}; what it answers then
     * does not matter.
     *
     * <p>The poster asks as well, right after {@link #post()} has answered an error: 0 says then that this post has moved
     * nothing, and only then does the agent let another backend take over.
     *
     * @return bytes, or -1 when this backend cannot tell; then a post counts as stalled that does not end in time, and no
     *     other backend takes over
     */
    default long bytesMoved() {
        return -1;
    }

    /**
     * Makes progress until the post ends, where this backend has callers wait in the kernel rather than poll. May come late,
     * as {@link #poll()}. Returns early when the thread is interrupted, when another thread is at it, or for a virtual thread.
     *
     * @param nanos to stay at most; {@link Long#MAX_VALUE} for no limit
     * @return false when this backend does not, so that polling for a while is the best that a waiter can do; true when a post
     *     that has not ended should be waited for in another way
     */
    default boolean drive(long nanos) {
        return false;
    }

    /**
     * Asks to end the post early. The sink is still called once, when nothing local touches the memory any more; with
     * {@link Status#CANCELED} or as it ended. Without a post in flight, does nothing.
     */
    void cancel();

    /**
     * How long a post of what the columns say now would take. Called without a post in flight, and not while the columns
     * change; may wait and allocate.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} when this backend cannot say, {@link ErrorCode#BACKEND}
     *     when it got no answer that makes sense
     */
    default CostEstimate estimateCost() {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend does not estimate how long transfers take");
    }

    /** Frees it. Called once, with no post in flight; also by a poster whose post was answered with an error. */
    @Override
    void close();
}
