// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskTest {
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Task run(String script, Duration limit) throws IOException, InterruptedException {
        return Task.run(List.of("sh", "-c", script), folder.resolve("log"), limit);
    }

    private String told(Task task) throws IOException {
        try (Report report = Report.open(Options.parse("--out", folder.toString()))) {
            task.tell(report);
        }
        return Files.readString(folder.resolve("gds-gpu.md"));
    }

    @Test
    void whatIsNoUtf8IsReadAllTheSame() throws Exception {
        Task task = run("printf 'before\\n\\344\\nafter'; exit 7", ENOUGH);
        assertThat(task.status()).isEqualTo(7);
        assertThat(task.lines()).hasSize(3).startsWith("before").endsWith("after");
        assertThat(told(task))
                .contains("The process ended with 7. Its last lines:")
                .contains("before\n");
    }

    @Test
    void whatDoesNotEndIsEndedAndTold() throws Exception {
        Task task = run("echo begun; exec cat /dev/zero >/dev/null", Duration.ofSeconds(1));
        assertThat(task.status()).isNegative();
        assertThat(told(task)).contains("The process did not end within 1 s.").contains("begun\n");
    }
}
