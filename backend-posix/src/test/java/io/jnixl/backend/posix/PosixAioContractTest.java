// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** Through the kernel's older asynchronous I/O. */
class PosixAioContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new PosixBackendProvider())
                .with("engine", "libaio")
                .local();
    }
}
