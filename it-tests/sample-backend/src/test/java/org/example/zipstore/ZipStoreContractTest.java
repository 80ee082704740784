// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What every backend must keep. */
class ZipStoreContractTest extends BackendContract {
    @TempDir
    Path folder;

    @Override
    protected BackendUnderTest create() {
        byte[] outside = "../outside".getBytes(StandardCharsets.UTF_8);
        return BackendUnderTest.of(new ZipStoreProvider())
                .with("folder", folder)
                .refuses(MemoryRegion.storage(MemoryKind.OBJ, 1, 0, 0, outside))
                .local();
    }
}
