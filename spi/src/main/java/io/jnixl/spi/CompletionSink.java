// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.Status;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend reports the end of a post that it answered with {@link Status#IN_PROGRESS}: exactly once per such post,
 * by {@code complete} or {@code fail}, after the last access to local memory. Any thread; it may be called while {@code post} is
 * still on the stack. The call runs the application's callbacks: hold no lock. Only {@link #fault} may be called before it,
 * and runs nothing of the application's.
 *
 * @since 0.1
 */
public interface CompletionSink {

    /** The most faults of a post that are kept; further ones are counted. */
    int MAX_FAULTS = 1024;

    /** Reports the end by status alone: {@link Status#SUCCESS}, {@link Status#CANCELED}, {@link Status#REMOTE_DISCONNECT}. */
    void complete(Status status);

    /**
     * Reports a failure with what is known of it. Not on the path of success, so it may allocate.
     *
     * @param status an error
     * @param column index of the descriptor in the {@link TransferColumns}, or -1
     * @param message what happened
     * @param nativeError native code and text, or null
     * @param remedy what to do next, or null
     */
    void fail(Status status, int column, String message, @Nullable String nativeError, @Nullable String remedy);

    /**
     * Notes that one descriptor did not move whole, before the end is told by {@link #fail}. A backend that says so for each
     * that failed lets all the others of the post move. Any thread, several at a time. Not on the path of success, so it may
     * allocate.
     *
     * <p>Of a descriptor that is told of several times, since its parts failed apart, the time with the fewest bytes counts.
     *
     * @param column index of the descriptor in the {@link TransferColumns}
     * @param bytesDone bytes from the descriptor's start that moved for certain
     * @param message what happened
     * @param nativeError native code and text, or null
     * @return false when there are {@link #MAX_FAULTS} already, or nobody will ask: further ones need no text
     */
    default boolean fault(int column, long bytesDone, String message, @Nullable String nativeError) {
        return false;
    }
}
