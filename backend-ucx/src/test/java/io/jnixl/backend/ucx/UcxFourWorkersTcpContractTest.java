// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;

/** As {@link UcxTcpContractTest}, with several workers on both sides: each notices the end of its own connection. */
@NeedsNative(Native.UCX)
class UcxFourWorkersTcpContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new UcxBackendProvider())
                .with("engine_config", "TLS=tcp,self")
                .with("num_workers", "4")
                .local()
                .remote()
                .timeout(Duration.ofSeconds(20));
    }
}
