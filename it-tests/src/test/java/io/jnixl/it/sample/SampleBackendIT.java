// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.discovery.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backend of somebody else's: its own build with the contract suite, then its jar beside the command, chosen by settings alone. */
class SampleBackendIT {
    @TempDir
    static Path folder;

    private static Maven.Result build;

    /** The command as it is delivered. */
    private static final Path DELIVERED = Maven.ROOT.resolve("cli/target/dist/lib");

    /** The same and one jar more. */
    private static Path lib;

    @TempDir
    Path objects;

    private Path settings;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        build = Maven.verify("sample-backend", folder);
        lib = Files.createDirectory(folder.resolve("lib"));
        try (Stream<Path> jars = Files.list(DELIVERED)) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        Path jar = build.project().resolve("target/zipstore-1.0.0.jar");
        assertThat(jar).as(build.output()).exists();
        Files.copy(jar, lib.resolve(jar.getFileName()));
    }

    @BeforeEach
    void writeSettings() throws IOException {
        settings = Files.writeString(folder.resolve("jnixl.toml"), "backends.ZIPSTORE.folder = \"" + objects + "\"\n");
    }

    private static List<String> jnixl(Launch launch, Path path, String... arguments)
            throws IOException, InterruptedException {
        ChildJvm.Result result =
                ChildJvm.run(folder, launch.command(path, "io.jnixl.cli", "io.jnixl.cli.Main", List.of(arguments)));
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().lines().toList();
    }

    @Test
    void itsAuthorSeesTheContractKept() {
        assertThat(build.exitCode()).as(build.output()).isZero();
        assertThat(build.output())
                .contains("BUILD SUCCESS")
                .containsPattern("contract of ZIPSTORE \\(ZipStoreContractTest\\): \\d\\d of \\d\\d clauses exercised"
                        + " in \\d\\d tests, 0 broken, 0 left out")
                .contains(
                        "kept           C-MOVE-1 a WRITE moves its bytes, from 1 to a million, and no others (to OBJ)")
                .contains("kept           C-COST-1 posting allocates nothing on the heap (to OBJ)");
    }

    @ParameterizedTest
    @EnumSource
    void theDoctorShowsIt(Launch launch) throws IOException, InterruptedException {
        List<String> report = jnixl(launch, lib, "doctor", "--config", settings.toString());
        String from = launch == Launch.MODULE_PATH ? "module org.example.zipstore (" : "";
        assertThat(report)
                .anyMatch(line -> line.matches(" +ZIPSTORE +active +DRAM OBJ +1\\.0 *"))
                .anyMatch(line -> line.strip().startsWith("from:     " + from + lib.resolve("zipstore-1.0.0.jar")));
    }

    /** One line of settings is enough: with its folder it runs, and nobody else takes objects. */
    @ParameterizedTest
    @EnumSource
    void itIsChosenForObjects(Launch launch) throws IOException, InterruptedException {
        assertThat(jnixl(launch, lib, "explain", "--remote", "OBJ", "--config", settings.toString()))
                .contains("* ZIPSTORE  chosen by the order of backends");
    }

    @ParameterizedTest
    @EnumSource
    void benchMovesDataThroughIt(Launch launch) throws IOException, InterruptedException {
        benchMovesData(launch, lib, "");
    }

    /** Beside the command as it is delivered, with nothing more on its path. */
    @ParameterizedTest
    @EnumSource
    void benchMovesDataThroughItFromAPluginDirectory(Launch launch) throws IOException, InterruptedException {
        Path plugins = Files.createTempDirectory(folder, "plugins");
        Files.copy(lib.resolve("zipstore-1.0.0.jar"), plugins.resolve("zipstore.jar"));
        benchMovesData(launch, DELIVERED, plugins.toString());
    }

    private void benchMovesData(Launch launch, Path jars, String plugins) throws IOException, InterruptedException {
        Path chosen = Files.writeString(folder.resolve("bench.toml"), "backend = \"ZIPSTORE\"\n");
        for (String operation : List.of("WRITE", "READ")) {
            List<String> lines = new ArrayList<>(jnixl(
                    launch,
                    jars,
                    "bench",
                    "--config_file=" + chosen,
                    "--plugins=" + plugins,
                    "--option=folder=" + objects,
                    "--op_type=" + operation,
                    "--max_block_size=64K",
                    "--max_batch_size=4",
                    "--num_files=3",
                    "--num_threads=2",
                    "--num_iter=20",
                    "--warmup_iter=2",
                    "--check_consistency"));
            while (!lines.removeFirst().startsWith("Block Size (B)")) {
                assertThat(lines).isNotEmpty();
            }
            assertThat(lines).hasSize(5 * 3).allMatch(row -> row.strip().endsWith(" OK"));
        }
        try (Stream<Path> made = Files.list(objects)) {
            assertThat(made.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("jnixl-bench-0", "jnixl-bench-1", "jnixl-bench-2");
        }
    }
}
