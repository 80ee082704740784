// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The library of backend-gds's tests that stands in for cuFile and the CUDA driver, for other processes. */
public final class GpuStandIn {
    private static final Path SOURCES = Path.of("../backend-gds/src/test/resources/io/jnixl/backend/gds");
    private static final long LIMIT_SECONDS = 60;

    private GpuStandIn() {}

    /** Compiles it into a folder; the options by which a JVM takes it in place of NVIDIA's libraries. */
    public static List<String> options(Path folder) throws IOException, InterruptedException {
        for (String name : List.of("standin.c", "gds_abi.h")) {
            Files.copy(SOURCES.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = folder.resolve("stand-in.so");
        Process cc = new ProcessBuilder(
                        "cc",
                        "-std=gnu11",
                        "-O1",
                        "-shared",
                        "-fPIC",
                        "-pthread",
                        "-o",
                        library.toString(),
                        folder.resolve("standin.c").toString())
                .inheritIO()
                .start();
        assertThat(cc.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(cc.exitValue()).isZero();
        return List.of("-Djnixl.cufile.library=" + library, "-Djnixl.cuda.library=" + library);
    }
}
