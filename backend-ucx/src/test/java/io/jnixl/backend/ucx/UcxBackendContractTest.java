// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;

/** By the fastest transports there are: shared memory within a host. */
@NeedsNative(Native.UCX)
class UcxBackendContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new UcxBackendProvider())
                .local()
                .remote()
                .timeout(Duration.ofSeconds(20))
                .except(
                        "C-PEER-6",
                        "over shared memory UCX notices the end of a process, and here both agents are in one; see"
                                + " UcxTcpContractTest");
    }
}
