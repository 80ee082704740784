// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** By calls on several threads; ABI tested on a stand-in. */
class GdsMtContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        StandIn.ready();
        return BackendUnderTest.of(new GdsMtBackendProvider())
                .with("thread_count", 4)
                .local();
    }
}
