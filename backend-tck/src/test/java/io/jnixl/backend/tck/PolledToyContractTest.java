// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

/** A backend that needs polling is a right one, when it says so. */
class PolledToyContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return ToyBackendContractTest.toy(Flaw.NEEDS_POLLING).polled();
    }
}
