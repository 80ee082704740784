// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;

/** As {@link UcxTcpContractTest}, with every transfer shared with a pool. */
@NeedsNative(Native.UCX)
class UcxPoolContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new UcxBackendProvider())
                .with("num_threads", "2")
                .with("split_batch_size", "1")
                .with("engine_config", "TLS=tcp,self")
                .local()
                .remote()
                .timeout(Duration.ofSeconds(20));
    }
}
