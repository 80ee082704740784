// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this library: what went wrong, where, and what to do next.
 *
 * <p>Thrown on the control path only; posting, polling and waiting answer with a {@link Status} instead. What is known
 * of backend, peer, descriptor and native code can be read from the accessors, and all of it stands in the message.
 *
 * @since 0.1
 */
public final class NixlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String backend;
    private final @Nullable String peer;
    private final int descriptor;
    private final @Nullable String nativeError;
    private final @Nullable String remedy;

    /** An error known by its code and message alone. */
    public NixlException(ErrorCode code, String message) {
        this(of(code, message));
    }

    private NixlException(Builder b) {
        super(b.render(), b.cause);
        code = b.code;
        backend = b.backend;
        peer = b.peer;
        descriptor = b.descriptor;
        nativeError = b.nativeError;
        remedy = b.remedy;
    }

    /** Starts an error that says more than code and message; end with {@link Builder#build()}. */
    public static Builder of(ErrorCode code, String message) {
        return new Builder(code, message);
    }

    /** The category. */
    public ErrorCode code() {
        return code;
    }

    /** The backend that failed or refused, if one did. */
    public @Nullable String backend() {
        return backend;
    }

    /** The peer concerned, if one is. */
    public @Nullable String peer() {
        return peer;
    }

    /** The caller's index of the descriptor concerned, or -1. */
    public int descriptor() {
        return descriptor;
    }

    /** Native code and text, such as {@code "-25 (Connection reset)"}, if native code failed. */
    public @Nullable String nativeError() {
        return nativeError;
    }

    /** What to do next, if that is known. */
    public @Nullable String remedy() {
        return remedy;
    }

    /**
     * Collects what is known of an error. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {
        private final ErrorCode code;
        private final String message;
        private @Nullable String backend;
        private @Nullable String peer;
        private int descriptor = -1;
        private @Nullable String nativeError;
        private @Nullable String remedy;
        private @Nullable Throwable cause;

        private Builder(ErrorCode code, String message) {
            this.code = code;
            this.message = message;
        }

        /** Names the backend. */
        public Builder backend(String name) {
            backend = name;
            return this;
        }

        /** Names the peer. */
        public Builder peer(String name) {
            peer = name;
            return this;
        }

        /** Gives the caller's index of the descriptor. */
        public Builder descriptor(int index) {
            descriptor = index;
            return this;
        }

        /** Gives the native code and its text. */
        public Builder nativeError(long number, String text) {
            nativeError = number + " (" + text + ")";
            return this;
        }

        /** Says what to do next. */
        public Builder remedy(String text) {
            remedy = text;
            return this;
        }

        /** Gives the cause. */
        public Builder cause(Throwable throwable) {
            cause = throwable;
            return this;
        }

        /** The exception, not thrown. */
        public NixlException build() {
            return new NixlException(this);
        }

        private String render() {
            StringBuilder text =
                    new StringBuilder(128).append(code).append(": ").append(message);
            Rendering.appendContext(text, backend, peer, descriptor, nativeError, remedy);
            return text.toString();
        }
    }
}
