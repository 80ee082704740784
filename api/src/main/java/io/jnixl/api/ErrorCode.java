// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * The category of a {@link NixlException}: the error statuses of native NIXL, and {@link #TIMED_OUT}.
 *
 * @since 0.1
 */
public enum ErrorCode {
    /** See {@link Status#NOT_POSTED}. */
    NOT_POSTED(Status.NOT_POSTED),
    /** See {@link Status#INVALID_PARAM}. */
    INVALID_PARAM(Status.INVALID_PARAM),
    /** See {@link Status#BACKEND}. */
    BACKEND(Status.BACKEND),
    /** See {@link Status#NOT_FOUND}. */
    NOT_FOUND(Status.NOT_FOUND),
    /** See {@link Status#MISMATCH}. */
    MISMATCH(Status.MISMATCH),
    /** See {@link Status#NOT_ALLOWED}. */
    NOT_ALLOWED(Status.NOT_ALLOWED),
    /** See {@link Status#REPOST_ACTIVE}. */
    REPOST_ACTIVE(Status.REPOST_ACTIVE),
    /** See {@link Status#UNKNOWN}. */
    UNKNOWN(Status.UNKNOWN),
    /** See {@link Status#NOT_SUPPORTED}. */
    NOT_SUPPORTED(Status.NOT_SUPPORTED),
    /** See {@link Status#REMOTE_DISCONNECT}. */
    REMOTE_DISCONNECT(Status.REMOTE_DISCONNECT),
    /** See {@link Status#CANCELED}. */
    CANCELED(Status.CANCELED),
    /** See {@link Status#NO_TELEMETRY}. */
    NO_TELEMETRY(Status.NO_TELEMETRY),
    /** See {@link Status#TIMED_OUT}. */
    TIMED_OUT(Status.TIMED_OUT);

    private final Status status;

    ErrorCode(Status status) {
        this.status = status;
    }

    /** The status of the same name. */
    public Status status() {
        return status;
    }

    /**
     * The code of an error status.
     *
     * @throws IllegalArgumentException when {@code status} is not an error
     */
    public static ErrorCode of(Status status) {
        if (!status.isError()) {
            throw new IllegalArgumentException(status + " is not an error");
        }
        return valueOf(status.name());
    }
}
