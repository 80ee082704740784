// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;

/** Without a flaw, the toy passes: so what catches a flaw is not merely strict. */
class ToyBackendContractTest extends BackendContract {
    static BackendUnderTest toy(Flaw flaw) {
        return BackendUnderTest.of(new ToyBackendProvider(flaw))
                .local()
                .remote()
                .rejectsGarbage()
                .refuses(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 64));
    }

    @Override
    protected BackendUnderTest create() {
        return toy(Flaw.NONE);
    }
}
