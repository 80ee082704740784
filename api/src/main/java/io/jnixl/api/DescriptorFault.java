// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors of a post that did not move whole; see {@link TransferFailure#faults()}.
 *
 * <p>Neighbours that were merged fail together: of the descriptors from {@link #descriptor()} on, {@link #count()} did not
 * move whole, the first of them up to {@link #bytesDone()}; those before it did. Switch merging off to hear of each alone.
 *
 * @param descriptor the caller's index of the first of them, in the order of the selection
 * @param count how many, at least 1
 * @param offset where the failure was: the offset in the file, volume or object, or the remote address; in bytes
 * @param bytesDone bytes of the first one, from its start, that moved for certain; what lies behind may have moved or not
 * @param message what happened
 * @param nativeError native code and text, if native code failed
 * @since 0.1
 */
public record DescriptorFault(
        int descriptor,
        int count,
        long offset,
        long bytesDone,
        String message,
        @Nullable String nativeError) {

    /** Checks for null. */
    public DescriptorFault {
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return (count == 1
                        ? "descriptor " + descriptor
                        : "descriptors " + descriptor + " to " + (descriptor + count - 1))
                + ": " + message + (nativeError == null ? "" : ": " + nativeError);
    }
}
