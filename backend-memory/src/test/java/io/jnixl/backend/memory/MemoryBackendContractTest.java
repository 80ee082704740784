// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;

/** The whole contract: memory of this agent and of others, and files. */
class MemoryBackendContractTest extends BackendContract {
    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new MemoryBackendProvider())
                .local()
                .remote()
                .rejectsGarbage()
                .refuses(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 64))
                .refuses(MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, 64));
    }
}
