// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.CliProcess;
import io.jnixl.it.GpuStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jnixl demo} where there is a GPU; ABI tested on a stand-in for cuFile and CUDA. */
class DemoVramIT {
    private static final String PROMPT = "A prompt that fills more than two blocks.\n";

    @TempDir
    Path folder;

    private String demo(Map<String, String> variables) throws IOException, InterruptedException {
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), PROMPT + PROMPT);
        List<String> arguments = List.of(
                "--single", "--prompts", prompts.toString(), "--layers", "2", "--hidden", "16", "--tokens", "4");
        try (CliProcess demo = new CliProcess(
                folder, variables, GpuStandIn.options(folder), "io.jnixl.examples.serving.ServingDemo", arguments)) {
            return String.join("\n", demo.expect(0).results());
        }
    }

    @Test
    void pagesGoToTheFileAndBackFromAGpu() throws Exception {
        assertThat(demo(Map.of()))
                .contains("by decode, pages to file:    GDS: chosen", "pages to the file lie in memory of GPU 0")
                .containsPattern("prompt 2: +41 tokens, 2 blocks restored from the file, .* equals one agent's")
                .endsWith("PASS");
    }

    /** The backends run, and are not to be chosen. */
    @Test
    void whereTheSettingsDenyItPagesStayInHostMemory() throws Exception {
        assertThat(demo(Map.of("JNIXL_AGENT_SELECTION_DENY", "GDS,GDS_MT")))
                .contains("pages to the file lie in host memory: NOT_FOUND: nobody moves a GPU's to the file: ")
                .containsPattern("GDS: denied by agent\\.selection_deny")
                .endsWith("PASS");
    }
}
