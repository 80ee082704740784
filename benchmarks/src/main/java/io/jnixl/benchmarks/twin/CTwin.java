// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Builds {@code twin.c} with the system's compiler. */
final class CTwin {
    private static final long LIMIT_SECONDS = 60;

    private CTwin() {}

    /** Answers the program; needs {@code cc} and UCX's headers. */
    static Path build(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("twin.c");
        Path program = folder.resolve("twin");
        try (InputStream in = Objects.requireNonNull(CTwin.class.getResourceAsStream("twin.c"))) {
            Files.copy(in, source);
        }
        Process compiler = new ProcessBuilder(
                        "cc", "-O2", "-o", program.toString(), source.toString(), "-lucp", "-lucs")
                .inheritIO()
                .start();
        if (!compiler.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException("twin.c cannot be compiled; it needs a C compiler and UCX's headers"
                    + " (Debian: apt-get install gcc libc6-dev libucx-dev)");
        }
        return program;
    }
}
