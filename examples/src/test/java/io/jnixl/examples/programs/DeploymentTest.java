// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.ProvisionException;
import io.jnixl.api.NixlException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {
    private static final Path SETTINGS = Path.of(System.getProperty("basedir", ""), "deployment.toml");

    @TempDir
    Path folder;

    private final Printed printed = new Printed();

    @Test
    void theRulesOfTheFileDecideAndSaySo() {
        Deployment.run(SETTINGS, folder, printed.stream());
        assertThat(printed.toString())
                .contains("agent.name = prefill-", "deployment.toml:4:1)")
                .contains("backends.MEMORY.copy_threads = 2 (")
                .contains("backends.TAPE.library = " + folder + " (program)")
                .containsPattern("to decode-7:\n  (MEMORY|UCX): chosen by rule 2 \\(.*deployment.toml:20:1\\)\n")
                .containsPattern("to an object:\n  TAPE: chosen by rule 1 \\(.*deployment.toml:16:1\\)\n")
                .contains("MEMORY: not named by rule 1")
                .containsPattern("with TAPE drained, to an object:\\n"
                        + "  TAPE: vetoed by policy drained: its robot is being repaired\\n");
    }

    @Test
    void aTableDoesNotAskForABackendAndAgentBackendsDoes() throws Exception {
        String text = Files.readString(SETTINGS);
        Path named = Files.writeString(
                folder.resolve("named.toml"), text.replace("[agent]", "[agent]\nbackends = [\"TAPE\", \"NO_SUCH\"]"));
        assertThatThrownBy(() -> Deployment.run(named, folder, printed.stream()))
                .isInstanceOf(ProvisionException.class)
                .cause()
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("backend NO_SUCH is named by the settings and was not found");
    }
}
