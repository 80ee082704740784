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
    private static final long MILLI = 1_000_000;

    private static String allowed() throws IOException {
        return line("Cpus_allowed_list:");
    }

    private static boolean isAlone(String allowed) {
        return allowed.matches(".*\\s\\d+");
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
        boolean alone = isAlone(before);
        int moved = 0;
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < ATTEMPTS && moved < ATTEMPTS / 10; i++) {
                String from = processor();
                long now = System.nanoTime();
                assertThat(new AnotherProcessor(arena, now).move(now)).isNotEqualTo(alone);
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

    /** The clock is the test's own. */
    @Test
    void movesThatAreOfNoUseBecomeRare() throws Throwable {
        if (isAlone(allowed())) {
            return; // then no move is of use, which the other test shows
        }
        try (Arena arena = Arena.ofConfined()) {
            long now = Long.MAX_VALUE - 10 * MILLI; // it may wrap
            AnotherProcessor elsewhere = new AnotherProcessor(arena, now);
            assertThat(elsewhere.move(now)).as("the first").isTrue();
            for (long between : new long[] {1, 2, 4, 8, 10, 10}) {
                assertThat(elsewhere.move(now + between * MILLI - 1))
                        .as("within %s ms", between)
                        .isFalse();
                now += between * MILLI;
                assertThat(elsewhere.move(now)).as("after %s ms", between).isTrue();
            }
            now += 20 * MILLI;
            assertThat(elsewhere.move(now)).as("after a long time").isTrue();
            assertThat(elsewhere.move(now + MILLI)).as("soon again").isTrue();
        }
    }
}
