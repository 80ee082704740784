// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;

/** As between hosts: here UCX notices every end of a connection. */
@NeedsNative(Native.UCX)
class UcxTcpContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new UcxBackendProvider())
                .with("engine_config", "TLS=tcp,self")
                .local()
                .remote()
                .timeout(Duration.ofSeconds(20));
    }
}
