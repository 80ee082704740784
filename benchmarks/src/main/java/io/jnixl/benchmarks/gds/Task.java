// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs by itself, within a bounded time, and what it wrote. */
final class Task {
    private final int status;
    private final List<String> lines;

    private Task(int status, List<String> lines) {
        this.status = status;
        this.lines = lines;
    }

    /** Runs it; {@code log} takes all that it writes. */
    static Task run(List<String> command, Path log, Duration limit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        process.getOutputStream().close();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
        return new Task(
                ended ? process.exitValue() : -1,
                Files.readString(log, StandardCharsets.UTF_8).lines().toList());
    }

    /** Its exit status; -1 when it did not end in time. */
    int status() {
        return status;
    }

    List<String> lines() {
        return lines;
    }
}
