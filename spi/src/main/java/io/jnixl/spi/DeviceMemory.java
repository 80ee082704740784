// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.MemorySegment;

/**
 * Allocates memory of GPUs and copies between it and host memory, for an agent; needs no running backend. Calls run on the
 * calling thread, leave its CUDA context as it was, and block until they are done. Any thread.
 *
 * <p>Every call throws a {@link NixlException}: with {@link ErrorCode#NOT_SUPPORTED} without a driver or a GPU, with
 * {@link ErrorCode#INVALID_PARAM} for a device that does not exist or an address that is not that device's, with
 * {@link ErrorCode#BACKEND} and the driver's error for the rest.
 *
 * @since 0.1
 */
public interface DeviceMemory {

    /**
     * Allocates; the contents are undefined.
     *
     * @param device ordinal of the GPU
     * @param bytes positive
     */
    Block allocate(long device, long bytes);

    /**
     * Copies host memory to a device, all of it.
     *
     * @param from native memory, which must not change meanwhile
     * @param device ordinal of the GPU
     * @param address device address
     */
    void copy(MemorySegment from, long device, long address);

    /**
     * Copies from a device to host memory, as much as that has room for.
     *
     * @param device ordinal of the GPU
     * @param address device address
     * @param to native memory, writable
     */
    void copy(long device, long address, MemorySegment to);

    /**
     * Memory that was allocated.
     *
     * @since 0.1
     */
    interface Block extends AutoCloseable {
        /** Its device address. */
        long address();

        /** Frees it; a second time does nothing. Nothing is registered of it any more. */
        @Override
        void close();
    }
}
