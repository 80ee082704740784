// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.discovery.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of somebody else's, compiled as a module that requires the api alone, and run both ways. */
class SampleApplicationIT {
    @TempDir
    static Path folder;

    private static Maven.Result build;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        build = Maven.verify("sample-application", folder);
    }

    private static String run(Launch launch) throws IOException, InterruptedException {
        assertThat(build.exitCode()).as(build.output()).isZero();
        ChildJvm.Result result = ChildJvm.run(
                folder,
                launch.command(
                        build.project().resolve("target/lib"),
                        "org.example.application",
                        "org.example.application.Main",
                        List.of()));
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    @Test
    void itRunsOnTheClassPath() throws IOException, InterruptedException {
        assertThat(run(Launch.CLASS_PATH)).contains("MEMORY moved 1048576 bytes; unnamed module @");
    }

    @Test
    void itRunsOnTheModulePath() throws IOException, InterruptedException {
        assertThat(run(Launch.MODULE_PATH))
                .contains("MEMORY moved 1048576 bytes; module org.example.application, io.jnixl.agent");
    }
}
