// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a post ended as it did.
 *
 * @param status the final status; {@link Status#SUCCESS}, {@link Status#IN_PROGRESS} or {@link Status#NOT_POSTED} where
 *     nothing failed
 * @param message what happened
 * @param backend the backend of the transfer
 * @param peer the peer of the transfer
 * @param descriptor the caller's index of the descriptor concerned, or -1
 * @param nativeError native code and text, if native code failed
 * @param remedy what to do next, if that is known
 * @since 0.1
 */
public record TransferFailure(
        Status status,
        String message,
        String backend,
        String peer,
        int descriptor,
        @Nullable String nativeError,
        @Nullable String remedy) {

    /** Checks for null. */
    public TransferFailure {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(peer, "peer");
    }

    /** Whether anything failed. */
    public boolean isFailure() {
        return status.isError() && status != Status.NOT_POSTED;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(128).append(status).append(": ").append(message);
        Rendering.appendContext(text, backend, peer, descriptor, nativeError, remedy);
        return text.toString();
    }
}
