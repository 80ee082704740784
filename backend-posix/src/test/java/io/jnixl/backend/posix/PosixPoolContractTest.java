// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** Through the pool of threads. */
class PosixPoolContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new PosixBackendProvider())
                .with("engine", "pool")
                .local();
    }
}
