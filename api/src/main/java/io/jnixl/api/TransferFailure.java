// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a post ended as it did. An immutable value.
 *
 * <p>A backend that says which descriptors failed moves all others: what is neither in {@link #faults()} nor counted by
 * {@link #faultCount()} alone has moved. Without faults, as of a post that was given up, nothing is known of single descriptors.
 *
 * @param status the final status; {@link Status#SUCCESS}, {@link Status#IN_PROGRESS} or {@link Status#NOT_POSTED} where
 *     nothing failed
 * @param message what happened
 * @param backend the backend of the transfer
 * @param peer the peer of the transfer
 * @param descriptor the caller's index of the descriptor concerned, or -1
 * @param nativeError native code and text, if native code failed
 * @param remedy what to do next, if that is known
 * @param faults the descriptors that did not move whole, by index, at most 1024; empty when the backend does not tell
 * @param faultCount how many such faults there were; more than {@code faults} holds when the rest was only counted
 * @since 0.1
 */
public record TransferFailure(
        Status status,
        String message,
        String backend,
        String peer,
        int descriptor,
        @Nullable String nativeError,
        @Nullable String remedy,
        List<DescriptorFault> faults,
        long faultCount) {

    /** Copies, and checks for null. */
    public TransferFailure {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(peer, "peer");
        faults = List.copyOf(faults);
    }

    /** One that says nothing of single descriptors. */
    public TransferFailure(
            Status status,
            String message,
            String backend,
            String peer,
            int descriptor,
            @Nullable String nativeError,
            @Nullable String remedy) {
        this(status, message, backend, peer, descriptor, nativeError, remedy, List.of(), 0);
    }

    /** Whether anything failed. */
    public boolean isFailure() {
        return status.isError() && status != Status.NOT_POSTED;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(128).append(status).append(": ").append(message);
        Rendering.appendContext(text, backend, peer, descriptor, nativeError, remedy);
        if (faultCount > 1) {
            text.append("; ").append(faultCount).append(" faults of descriptors, see faults()");
        }
        return text.toString();
    }
}
