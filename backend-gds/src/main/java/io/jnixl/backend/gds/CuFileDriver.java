// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;

/**
 * cuFile's driver, of which a process has one: opened for the first backend, closed with the last. Thread-safe.
 */
final class CuFileDriver {
    private static final System.Logger LOG = System.getLogger(CuFileDriver.class.getName());

    private static int users;

    /** Whether it was opened here; another library of this process may have done so before. */
    private static boolean ours;

    private CuFileDriver() {}

    /** Counts one more user; opens it for the first. */
    static synchronized void open(String backend) {
        if (users == 0) {
            long error = CuFileNative.driverOpen();
            int code = CuFileError.code(error);
            if (code != 0 && code != CuFileError.DRIVER_ALREADY_OPEN) {
                throw CuFileError.failed(backend, ErrorCode.BACKEND, "cuFile's driver cannot be opened", error);
            }
            ours = code == 0;
        }
        users++;
    }

    /** Counts one less; closes it with the last, which ends all registrations of buffers. */
    static synchronized void close() {
        if (--users > 0) {
            return;
        }
        Buffers.clear();
        long error = ours ? CuFileNative.driverClose() : 0;
        if (CuFileError.code(error) != 0) {
            LOG.log(System.Logger.Level.WARNING, "cuFile''s driver cannot be closed: {0}", CuFileError.text(error));
        }
    }
}
