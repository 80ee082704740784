// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The memory that cuFile knows in this process. It takes each start once, so that whoever registers the same again, or less of it,
 * shares what is there. Thread-safe.
 */
final class Buffers {
    private static final Map<Long, Known> KNOWN = new HashMap<>();

    private Buffers() {}

    /** Memory as cuFile has it registered now; after that was forgotten with the driver, nothing, whatever else lies there then. */
    static final class Known {
        private final long address;
        private final long bytes;
        private int users;

        private Known(long address, long bytes) {
            this.address = address;
            this.bytes = bytes;
        }
    }

    /** What became of a registration: known, to be let go of with {@link #forget}, or cuFile's error. */
    record Answer(@Nullable Known known, long error) {}

    /**
     * Makes memory known.
     *
     * @throws NixlException for more than is known from the same start: cuFile would take its bytes past the end for an error
     */
    static synchronized Answer register(String backend, long address, long bytes, long context) {
        Known known = KNOWN.get(address);
        if (known == null) {
            long error = Cuda.within(backend, context, () -> CuFileNative.registerBuffer(address, bytes));
            if (CuFileError.code(error) != 0) {
                return new Answer(null, error);
            }
            known = new Known(address, bytes);
            KNOWN.put(address, known);
        } else if (known.bytes < bytes) {
            throw tooLong(backend, address, bytes, known.bytes);
        }
        known.users++;
        return new Answer(known, 0);
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

    /**
     * Lets go of memory that was registered; answers 0, or cuFile's error. Does nothing when the driver was closed since: what is known
     * of the same start then is another backend's.
     */
    static synchronized long forget(String backend, Known known, long context) {
        if (KNOWN.get(known.address) != known || --known.users > 0) {
            return 0;
        }
        KNOWN.remove(known.address);
        return Cuda.within(backend, context, () -> CuFileNative.forgetBuffer(known.address));
    }

    /** Forgets all, when the driver is closed. */
    static synchronized void clear() {
        KNOWN.clear();
    }
}
