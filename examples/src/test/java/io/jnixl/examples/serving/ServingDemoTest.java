// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServingDemoTest {
    private static final Path PROMPTS = Path.of(System.getProperty("basedir", ""), "prompts.txt");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return ServingDemo.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    /** One process, and a model that takes a fraction of a second. */
    private int runSmall(Path prompts, String... more) {
        String[] args = {"--single", "--prompts", prompts.toString(), "--layers", "2", "--hidden", "16", "--tokens", "4"
        };
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return run(all);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path prompts(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.txt"), text);
    }

    @Test
    void theProjectsPromptsPassWithFigures() {
        assertThat(runSmall(PROMPTS)).as(() -> printed() + complained()).isZero();
        assertThat(printed())
                .containsSubsequence(
                        "one process: pid " + ProcessHandle.current().pid(),
                        "backends found",
                        "MEMORY",
                        "chosen",
                        "pages to the file lie in host memory",
                        "prompt 1:",
                        "moved to decode:",
                        "moved to the file:")
                .containsPattern("moved to decode: [0-9.]*[1-9][0-9.]* MB in [0-9.]+ ms of transfers, [0-9.]+ GB/s")
                .containsPattern("restored from it: [0-9.]*[1-9][0-9.]* MB")
                .doesNotContain("DIFFERS")
                .endsWith("PASS\n");
        assertThat(complained()).isEmpty();
    }

    @Test
    void anotherSeedPassesToo() {
        assertThat(runSmall(PROMPTS, "--seed", "-7")).as(this::printed).isZero();
    }

    /** With the default model: one of a few numbers may choose the same tokens in spite of a wrong one. */
    @Test
    void aFlippedBitIsNoticed() throws IOException {
        String prompts =
                prompts("The quick brown fox jumps over the lazy dog.\n").toString();
        assertThat(run("--single", "--prompts", prompts, "--corrupt"))
                .as(this::printed)
                .isEqualTo(1);
        assertThat(printed()).contains("DIFFERS from one agent's").endsWith("FAIL\n");
        out.reset();
        assertThat(run("--single", "--prompts", prompts))
                .as("the same without the flipped bit")
                .isZero();
    }

    @Test
    void aRepeatedPromptIsRestoredFromTheFile() throws IOException {
        Path prompts =
                prompts("A prompt that fills more than two blocks.\nA prompt that fills more than two blocks.\n");
        assertThat(runSmall(prompts)).as(this::printed).isZero();
        assertThat(printed())
                .containsPattern("prompt 1: +41 tokens, pushed by prefill; .* equals one agent's")
                .containsPattern("prompt 2: +41 tokens, 2 blocks restored from the file, .* equals one agent's");
    }

    @Test
    void aShortPromptIsNotRestored() throws IOException {
        assertThat(runSmall(prompts("hi\nhi\n"))).as(this::printed).isZero();
        assertThat(printed()).doesNotContain("blocks restored").contains("restored from it: 0.00 MB");
    }

    @Test
    void promptsThatDoNotFitFail() throws IOException {
        assertThat(runSmall(prompts("x".repeat(1021)))).isEqualTo(1);
        assertThat(complained()).contains("prompt 1 has 1021 bytes", "must fit 1024");
        assertThat(runSmall(prompts("\n\n"))).isEqualTo(1);
        assertThat(complained()).contains("holds no prompt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--what",
                "--tokens",
                "--tokens 0",
                "--tokens 257",
                "--tokens many",
                "--processes 0",
                "--processes 3",
                "--layers 33",
                "--hidden 24",
                "--seed x"
            })
    void wrongOptionsAreWrongUsage(String options) {
        String[] args = options.split(" ", -1);
        assertThat(runSmall(PROMPTS, args)).isEqualTo(2);
        assertThat(complained()).contains("jnixl demo: ", args[0], "Usage: jnixl demo");
        assertThat(printed()).isEmpty();
    }

    @Test
    void aMissingPromptsFileIsWrongUsage() {
        Path missing = folder.resolve("none.txt");
        assertThat(run("--prompts", missing.toString())).isEqualTo(2);
        assertThat(complained()).contains("there is no file " + missing);
    }

    @Test
    void helpIsNoError() {
        assertThat(run("--help")).isZero();
        assertThat(printed()).contains("--corrupt");
    }
}
