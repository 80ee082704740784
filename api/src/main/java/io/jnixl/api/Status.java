// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * The state or result of a transfer. The numbers are native NIXL's {@code nixl_status_t}; {@link #TIMED_OUT} is ours
 * and stands outside their range, since it never travels.
 *
 * <p>Negative numbers are errors. A final status stays until the transfer is posted again.
 *
 * @since 0.1
 */
public enum Status {
    /** Posted and not finished; the memory belongs to the backend. */
    IN_PROGRESS(1),
    /** Done: all bytes have landed. */
    SUCCESS(0),
    /** Created and never posted. */
    NOT_POSTED(-1),
    /** An argument is wrong: an index, a size, a count, one's own name. */
    INVALID_PARAM(-2),
    /** The backend refused or failed. */
    BACKEND(-3),
    /** Unknown name, memory that is not registered, or a peer that was invalidated or replaced since. */
    NOT_FOUND(-4),
    /** Malformed metadata, or lengths that do not fit each other. */
    MISMATCH(-5),
    /** Forbidden now: an illegal combination, changed metadata, a full queue, memory in use. */
    NOT_ALLOWED(-6),
    /** The transfer is still running, or its memory still belongs to the backend after a cancel. */
    REPOST_ACTIVE(-7),
    /** A failure without a better name. */
    UNKNOWN(-8),
    /** An optional operation that this backend lacks. */
    NOT_SUPPORTED(-9),
    /** The peer went away. */
    REMOTE_DISCONNECT(-10),
    /** Cancelled by {@link Transfer#cancel()}. */
    CANCELED(-11),
    /** Statistics were asked of a transfer that was built without them. */
    NO_TELEMETRY(-12),
    /** The deadline passed first. */
    TIMED_OUT(-100);

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /** The number: native NIXL's, except for {@link #TIMED_OUT}. */
    public int code() {
        return code;
    }

    /** True for everything but {@link #IN_PROGRESS} and {@link #NOT_POSTED}. */
    public boolean isFinal() {
        return this != IN_PROGRESS && this != NOT_POSTED;
    }

    /** True for the negative numbers, {@link #NOT_POSTED} among them. */
    public boolean isError() {
        return code < 0;
    }
}
