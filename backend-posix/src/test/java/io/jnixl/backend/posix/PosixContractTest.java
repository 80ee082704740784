// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;

/** Through io_uring. */
@NeedsNative(Native.URING)
class PosixContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new PosixBackendProvider())
                .with("engine", "io_uring")
                .local();
    }
}
