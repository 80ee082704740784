// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prefill in a child process: real processes, joined by UCX. */
@NeedsNative(Native.UCX)
@Timeout(60)
class ServingProcessesIT {
    private static final Pattern PIDS = Pattern.compile("two processes: decode is pid (\\d+), prefill is pid (\\d+)");

    @TempDir
    Path folder;

    private final Demo demo = new Demo();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Path prompts(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.txt"), text);
    }

    @Test
    void twoProcessesGiveTheTokensOfOneAgent() throws IOException {
        String prompt = "A prompt that fills more than two blocks.\n";
        assertThat(demo.run(prompts(prompt + "Another one.\n" + prompt)))
                .as(() -> demo.printed() + demo.complained())
                .isZero();
        assertThat(demo.printed())
                .containsSubsequence("backends found by decode", "backends found by prefill")
                .contains("by prefill, pages to decode: UCX: chosen")
                .containsPattern("prompt 1: +41 tokens, pushed by prefill; .* equals one agent's")
                .containsPattern("prompt 3: +41 tokens, 2 blocks restored from the file, .* equals one agent's")
                .containsPattern("moved to decode: [0-9.]*[1-9][0-9.]* MB in [0-9.]+ ms of transfers")
                .endsWith("PASS\n");
        Matcher pids = PIDS.matcher(demo.printed());
        assertThat(pids.find()).isTrue();
        assertThat(Long.parseLong(pids.group(1)))
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(pids.group(2)).isNotEqualTo(pids.group(1));
    }

    @Test
    void aKilledPrefillFailsTheDemo() throws Exception {
        Path many = prompts(IntStream.range(0, 10_000)
                .mapToObj(i -> "Prompt " + i + " of more than can be answered before the kill.\n")
                .collect(Collectors.joining()));
        try (PipedInputStream pipe = new PipedInputStream(1 << 16);
                BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8))) {
            PipedOutputStream end = new PipedOutputStream(pipe);
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> {
                try (PrintStream out = new PrintStream(end, true, StandardCharsets.UTF_8)) {
                    return demo.run(out, many, "--processes", "2");
                }
            });
            long prefill = Long.parseLong(await(lines, PIDS).group(2));
            await(lines, Pattern.compile("prompt 1:.*"));

            assertThat(ProcessHandle.of(prefill).orElseThrow().destroyForcibly())
                    .isTrue();

            assertThat(lines.lines().toList()).endsWith("FAIL");
            assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(demo.complained()).contains("prefill (pid " + prefill + ") ended with exit code 137");
        }
    }

    private static Matcher await(BufferedReader lines, Pattern pattern) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.matches()) {
                return matcher;
            }
        }
        throw new AssertionError("the demo ended without " + pattern);
    }

    private PrefillChild start(String... moreOptions) throws IOException {
        List<String> command = new ArrayList<>(JavaCommand.of(
                PrefillProcess.class, "--prompts", prompts("one\n").toString(), "--layers", "1", "--hidden", "16"));
        command.addAll(1, List.of(moreOptions));
        return PrefillChild.start(command, new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** As the kernel does for a parent that dies, however it dies. */
    @Test
    void prefillEndsWhenItsStandardInputDoes() throws Exception {
        try (PrefillChild child = start()) {
            child.process().getOutputStream().close();
            assertThat(child.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(child.process().exitValue()).isNotZero();
        }
    }

    /** What a virtual machine or a library writes to standard output must not come between the messages. */
    @Test
    void whatPrefillCannotUseIsToldByItInSpiteOfANoisyStandardOutput() throws Exception {
        PrefillChild child = start("-Xlog:startuptime:stdout", "-Xlog:safepoint*:stdout", "-XX:+PrintFlagsFinal");
        try (child) {
            assertThatThrownBy(() -> child.introduce(new byte[] {1, 2, 3}))
                    .hasRootCauseInstanceOf(java.io.EOFException.class)
                    .hasMessageContaining("ended with exit code 1");
        }
        assertThat(complained()).contains("prefill: ", "UseCompressedOops", "MISMATCH");
    }
}
