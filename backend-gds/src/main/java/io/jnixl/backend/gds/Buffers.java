// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory that cuFile knows in this process. It takes each start once, so that whoever registers the same again, or less of it,
 * shares what is there. Thread-safe.
 */
final class Buffers {
    private static final Map<Long, Known> KNOWN = new HashMap<>();

    private Buffers() {}

    private static final class Known {
        final long bytes;
        int users = 1;

        Known(long bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * Makes memory known; answers 0, or cuFile's error.
     *
     * @throws NixlException for more than is known from the same start: cuFile would take its bytes past the end for an error
     */
    static synchronized long register(String backend, long address, long bytes, long context) {
        Known known = KNOWN.get(address);
        if (known != null) {
            if (known.bytes < bytes) {
                throw tooLong(backend, address, bytes, known.bytes);
            }
            known.users++;
            return 0;
        }
        long error = Cuda.within(backend, context, () -> CuFileNative.registerBuffer(address, bytes));
        if (CuFileError.code(error) == 0) {
            KNOWN.put(address, new Known(bytes));
            return 0;
        }
        return error;
    }

    private static NixlException tooLong(String backend, long address, long bytes, long known) {
        return NixlException.of(
                        ErrorCode.NOT_ALLOWED,
                        bytes + " bytes at 0x" + Long.toHexString(address) + " cannot be registered: " + known
                                + " bytes from the same start are registered with cuFile, which takes each start once")
                .backend(backend)
                .nativeError(
                        CuFileError.MEMORY_ALREADY_REGISTERED, CuFileError.text(CuFileError.MEMORY_ALREADY_REGISTERED))
                .remedy("close the shorter registration first, or register the longest first: shorter ones share it")
                .build();
    }

    /** Lets go of memory that was registered; answers 0, or cuFile's error. */
    static synchronized long forget(String backend, long address, long context) {
        Known known = KNOWN.get(address);
        if (known == null || --known.users > 0) {
            return 0;
        }
        KNOWN.remove(address);
        return Cuda.within(backend, context, () -> CuFileNative.forgetBuffer(address));
    }

    /** Forgets all, when the driver is closed. */
    static synchronized void clear() {
        KNOWN.clear();
    }
}
