// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** In batches; ABI tested on a stand-in. */
class GdsContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        StandIn.ready();
        return BackendUnderTest.of(new GdsBackendProvider()).local();
    }
}
