// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnotherProcessorTest {
    private static final Path THIS_THREAD = Path.of("/proc/thread-self");
    private static final int PROCESSOR = 36; // the 39th field of stat, counted behind the name
    private static final int ATTEMPTS = 1_000;

    private static String allowed() throws IOException {
        return line("Cpus_allowed_list:");
    }

    private static String line(String name) throws IOException {
        List<String> lines = Files.readAllLines(THIS_THREAD.resolve("status"));
        return lines.stream().filter(line -> line.startsWith(name)).findFirst().orElseThrow();
    }

    private static String processor() throws IOException {
        String stat = Files.readString(THIS_THREAD.resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[PROCESSOR];
    }

    /** The kernel may move the thread as well, or back before it is looked at: so it is tried again and again. */
    @Test
    void movesIfItMayAndMayRunEverywhereAfterwards() throws Throwable {
        String before = allowed();
        boolean alone = before.matches(".*\\s\\d+");
        int moved = 0;
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < ATTEMPTS && moved < ATTEMPTS / 10; i++) {
                String from = processor();
                new AnotherProcessor(arena).move();
                moved += processor().equals(from) ? 0 : 1;
            }
        }
        assertThat(allowed()).isEqualTo(before);
        if (alone) {
            assertThat(moved).isZero();
        } else {
            assertThat(moved).as("moves in %s", before).isEqualTo(ATTEMPTS / 10);
        }
    }
}
