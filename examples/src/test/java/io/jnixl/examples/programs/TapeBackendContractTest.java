// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.backend.tck.BackendContract;
import io.jnixl.backend.tck.BackendUnderTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract, one class. */
class TapeBackendContractTest extends BackendContract {
    @TempDir
    Path library;

    @Override
    protected BackendUnderTest create() {
        return BackendUnderTest.of(new TapeBackendProvider())
                .with("library", library)
                .local();
    }
}
