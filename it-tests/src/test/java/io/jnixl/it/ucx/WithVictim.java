// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a {@link Victim}, which is compiled for each. */
abstract class WithVictim {
    static final String TCP = "TLS=tcp,self";

    @TempDir
    Path folder;

    Path program;

    @BeforeEach
    void compile() throws Exception {
        program = Victim.compile(folder);
    }
}
