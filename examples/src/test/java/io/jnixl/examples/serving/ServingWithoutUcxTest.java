// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where agents of two processes cannot reach each other: as if the settings had left UCX out. */
class ServingWithoutUcxTest {
    private static final String BACKENDS = "jnixl.agent.backends";

    @TempDir
    Path folder;

    private final Demo demo = new Demo();
    private Path prompts;

    @BeforeEach
    void leaveUcxOut() throws IOException {
        System.setProperty(BACKENDS, "MEMORY");
        prompts = Files.writeString(folder.resolve("prompts.txt"), "A prompt that fills more than one block.\n");
    }

    @AfterEach
    void takeItBack() {
        System.clearProperty(BACKENDS);
    }

    @Test
    void oneProcessIsUsedAndTheReasonTold() {
        assertThat(demo.run(prompts)).as(demo::complained).isZero();
        assertThat(demo.printed())
                .containsOnlyOnce("one process, since two cannot reach each other: UCX does not run: ")
                .contains("by prefill, pages to decode: MEMORY: chosen")
                .endsWith("PASS\n");
    }

    @Test
    void twoProcessesFailHardWithTheReason() {
        assertThat(demo.run(prompts, "--processes", "2")).isEqualTo(1);
        assertThat(demo.complained()).contains("two processes cannot reach each other: UCX does not run: ");
        assertThat(demo.printed()).isEqualTo("FAIL\n");
    }

    @Test
    void aSingleProcessNeedsNoReason() {
        assertThat(demo.run(prompts, "--single")).as(demo::complained).isZero();
        assertThat(demo.printed()).doesNotContain("UCX does not run").endsWith("PASS\n");
    }
}
