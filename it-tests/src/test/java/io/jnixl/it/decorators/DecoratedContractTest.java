// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.decorators;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** Who has decorators around it keeps the whole contract; posts allocate nothing then, either. */
class DecoratedContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new DecoratedMemoryProvider())
                .local()
                .remote()
                .rejectsGarbage()
                .refuses(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 64));
    }
}
