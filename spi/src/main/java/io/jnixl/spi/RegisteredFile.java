// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;

/**
 * A file that a backend accepted, for what is done to it besides moving bytes. Backends that take files answer
 * {@link Backend#register} with it; one that does not has files that are never opened with DIRECT, and keep their size.
 *
 * @since 0.1
 */
public interface RegisteredFile extends RegisteredMemory {

    /** What transfers must be multiples of; the same at every call. */
    Alignment alignment();

    /**
     * Makes the file as long as this. May block.
     *
     * @param bytes not negative
     * @throws NixlException with {@link ErrorCode#NOT_ALLOWED} when it may not be written, {@link ErrorCode#BACKEND} when the
     *     system refuses
     */
    default void resize(long bytes) {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend does not resize files");
    }

    /**
     * Takes room on the device for the first bytes, and makes the file at least as long. May block.
     *
     * @param bytes positive
     * @throws NixlException as {@link #resize}; with {@link ErrorCode#NOT_SUPPORTED} where the file system cannot
     */
    default void reserve(long bytes) {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend does not reserve room for files");
    }
}
