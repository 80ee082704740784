// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.CliProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jnixl doctor} says of GDS: on the stand-in of backend-gds' tests, and where there is nothing. */
class GdsDoctorIT {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private static Path folder;

    private static Path standIn;

    @BeforeAll
    static void compile() throws Exception {
        Path source =
                Path.of("..", "backend-gds", "src", "test", "resources", "io", "jnixl", "backend", "gds", "standin.c");
        standIn = folder.resolve("stand-in.so");
        Process cc = new ProcessBuilder(
                        "cc", "-shared", "-fPIC", "-pthread", "-o", standIn.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(cc.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(cc.exitValue()).isZero();
    }

    private static String doctor(String cufile, String cuda, String... options) throws Exception {
        Path config = Files.writeString(folder.resolve("jnixl.toml"), "");
        List<String> arguments = new ArrayList<>(List.of("doctor", "--config", config.toString()));
        arguments.addAll(List.of(options));
        String properties = "-Djnixl.cufile.library=" + cufile + " -Djnixl.cuda.library=" + cuda;
        try (CliProcess cli = new CliProcess(folder, Map.of("JDK_JAVA_OPTIONS", properties), arguments)) {
            return String.join("\n", cli.expect(0).results());
        }
    }

    private static String onTheStandIn(String... options) throws Exception {
        return doctor(standIn.toString(), standIn.toString(), options);
    }

    private static String onNothing(String... options) throws Exception {
        return doctor("libjnixl-no-cufile.so.0", "libjnixl-no-cuda.so.1", options);
    }

    @Test
    void withAGpuItTellsDriverGpusVersionModeAndFileSystems() throws Exception {
        assertThat(onTheStandIn())
                .containsPattern("(?m)^  GDS +active +DRAM VRAM FILE +1\\.14$")
                .containsPattern("(?m)^  GDS_MT +available ")
                .contains("features: GPU 0: Stand-in A, GPU 1: Stand-in B, CUDA driver for CUDA 13.2, nvidia-fs is ")
                .containsPattern("(?m)^ +trait: +file_systems = NFS, NVMe$")
                .containsPattern("(?m)^ +trait: +mode = GDS by nvidia-fs 2\\.25, else through host memory$");
        assertThat(onTheStandIn("--json").replaceAll("\\s+", " "))
                .contains("{ \"name\" : \"mode\", \"value\" : \"GDS by nvidia-fs 2.25, else through host memory\" }");
    }

    @Test
    void withNothingInstalledItTellsWhatIsMissingAndWhereItComesFrom() throws Exception {
        String reason = "libjnixl-no-cufile.so.0 not found, and libjnixl-no-cuda.so.1 not found";
        assertThat(onNothing())
                .containsPattern("(?m)^  GDS +unavailable +DRAM VRAM FILE")
                .containsPattern("(?m)^ +reason: +" + reason.replace(".", "\\.") + "$")
                .containsPattern("(?m)^ +remedy: +install .*nvidia-gds.* driver for your NVIDIA GPU.*POSIX")
                .doesNotContain("trait:    mode = ");
        assertThat(onNothing("--json").replaceAll("\\s+", " "))
                .contains("\"name\" : \"GDS\", \"state\" : \"UNAVAILABLE\"")
                .contains("\"traits\" : [ ], \"reason\" : \"" + reason + "\"");
    }
}
