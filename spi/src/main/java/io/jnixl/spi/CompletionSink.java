// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.Status;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend reports the end of a post that it answered with {@link Status#IN_PROGRESS}: exactly once per such post,
 * by one of the two methods, after the last access to local memory. Any thread; it may be called while {@code post} is
 * still on the stack. The call runs the application's callbacks: hold no lock.
 *
 * @since 0.1
 */
public interface CompletionSink {

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
}
