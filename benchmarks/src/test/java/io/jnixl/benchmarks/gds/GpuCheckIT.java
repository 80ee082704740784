// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether what is packed for a machine with a GPU runs, from its own runtime, on the stand-in; not how fast. */
class GpuCheckIT {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final long LIMIT_SECONDS = 280;

    @TempDir
    private static Path kit;

    @TempDir
    private Path folder;

    @BeforeAll
    static void pack() throws Exception {
        Path log = kit.resolve("pack.log");
        int status = run(
                log,
                kit,
                ROOT.resolve("build/gpu-check-pack").toString(),
                kit.resolve("kit").toString());
        assertThat(status).as(Files.readString(log)).isZero();
    }

    private static int run(Path log, Path workingFolder, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("OUT");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The same kit, but for the library. */
    private Path kitWith(String c) throws IOException, InterruptedException {
        Path other = Files.createTempDirectory(kit, "other");
        for (String name : List.of("runtime", "lib", "tests", "gdstwin", "cufile.json", "revision")) {
            Files.createSymbolicLink(other.resolve(name), kit.resolve("kit").resolve(name));
        }
        Files.copy(kit.resolve("kit/run"), other.resolve("run"), StandardCopyOption.COPY_ATTRIBUTES);
        Path source = Files.writeString(other.resolve("library.c"), c);
        String library = other.resolve("stand-in.so").toString();
        assertThat(run(other.resolve("cc.log"), other, "cc", "-shared", "-fPIC", "-o", library, source.toString()))
                .isZero();
        return other;
    }

    @Test
    void aLibraryThatEndsTheProcessIsToldOf() throws Exception {
        Path other = kitWith("""
                #include <stdio.h>
                #include <unistd.h>
                __attribute__((constructor)) static void load(void) { puts("no more"); fflush(stdout); _exit(9); }
                """);
        Path log = other.resolve("run.log");

        int status = run(log, folder, other.resolve("run").toString(), "--stand-in", "--quick");

        assertThat(status).as(Files.readString(log)).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("gds-stand-in.md")))
                .contains("The process ended with 9. Its last lines:\n\n```\n", "no more\n")
                .doesNotContain("## Tests")
                .endsWith("\n**Not all ran.**\n");
    }

    /** By its user, or since the time is over. */
    @Test
    void whoIsEndedLeavesNothingButTheResult() throws Exception {
        Path page = folder.resolve("gds-stand-in.md");
        Process process = new ProcessBuilder(
                        kit.resolve("kit/run").toString(), "--stand-in", "--no-suite", "--pairs", "100000")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(kit.resolve("ended.log").toFile())
                .start();
        try {
            long start = System.nanoTime();
            while (!Files.exists(page) || !Files.readString(page).contains("The memory is with cuFile")) {
                assertThat(process.isAlive()).isTrue();
                assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
                Thread.onSpinWait();
            }
            List<ProcessHandle> children = process.descendants().toList();
            assertThat(children).hasSize(3);

            process.destroy();

            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(Files.readString(page)).endsWith("\n**Ended before all had run.**\n");
            assertThat(folder.toFile().list())
                    .containsExactly(page.getFileName().toString());
        } finally {
            process.destroyForcibly();
        }
    }

    private int check(Path log, String... options) throws IOException, InterruptedException {
        String run = kit.resolve("kit/run").toString();
        return run(
                log, folder, Stream.concat(Stream.of(run), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void testsAndComparesOnTheStandIn() throws Exception {
        Path log = kit.resolve("run.log");

        int status = check(log, "--stand-in", "--quick", "--minutes", "4");

        assertThat(status).as(Files.readString(log)).isZero();
        String page = Files.readString(folder.resolve("gds-stand-in.md"));
        assertThat(page)
                .contains("**Stand-in: no GPU", "- GPU 0: Stand-in A", "- mode: GDS by nvidia-fs 2.25")
                .containsPattern("(?m)^[1-9]\\d\\d passed, 0 failed, 0 skipped\\. Left out: [1-9]")
                .contains("### GDS (batches), GPU memory", "### GDS_MT (calls), host memory")
                .contains("C registered, jnixl registered", "| READ 64 KiB x 32 |", "| WRITE 1 MiB x 2 |")
                .containsPattern("(?m)^- cuFile .* from /.*/stand-in\\.so$")
                .contains("[least, most]")
                .endsWith("All ran.\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing but the result stays").containsExactly(folder.resolve("gds-stand-in.md"));
        }
    }

    @Test
    void optionsThatItDoesNotKnowAreRefused() throws Exception {
        Path log = kit.resolve("options.log");

        assertThat(check(log, "--no-such")).isEqualTo(2);

        assertThat(Files.readString(log)).startsWith("--no-such is no option").contains("Usage: run [OPTIONS]");
        assertThat(List.of(folder.toFile().list())).isEmpty();
    }
}
