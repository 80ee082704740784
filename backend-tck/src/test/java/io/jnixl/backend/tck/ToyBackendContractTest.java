// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;

/** Without a flaw, the toy passes: so what catches a flaw is not merely strict. */
class ToyBackendContractTest extends BackendContract {
    static BackendUnderTest toy(Flaw flaw) {
        return switch (flaw) {
            case IS_NOT_PUBLIC, HAS_NO_VERSION -> network(new HiddenToyProvider(flaw));
            case IGNORES_POLLS -> network(new ToyBackendProvider(flaw)).polled();
            case PEERS_WITHOUT_REMOTE ->
                BackendUnderTest.of(new ToyBackendProvider(flaw)).local();
            default -> network(new ToyBackendProvider(flaw));
        };
    }

    private static BackendUnderTest network(ToyBackendProvider provider) {
        return BackendUnderTest.of(provider)
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
