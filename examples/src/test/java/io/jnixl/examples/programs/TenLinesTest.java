// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The two programs of the page do the same. */
class TenLinesTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 500;

    /** A real file system, where O_DIRECT is known; /tmp may be none. */
    private static Path file(byte[] content) throws IOException {
        Path target =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
        return Files.write(Files.createTempFile(Files.createDirectories(target), "ten-lines", ".dat"), content);
    }

    @Test
    void bothReadTheSameBlocks() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] content = new byte[BLOCKS * BLOCK];
        random.nextBytes(content);
        int[] ids = random.ints(350, 0, BLOCKS).toArray();
        byte[] expected = new byte[ids.length * BLOCK];
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(content, ids[i] * BLOCK, expected, i * BLOCK, BLOCK);
        }
        Path path = file(content);
        try {
            assertThat(TenLines.withJnixl(path, ids)).isEqualTo(expected);
            assertThat(TenLines.withFileChannel(path, ids)).isEqualTo(expected);
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void bothSayThatTheFileIsShort() throws IOException {
        Path path = file(new byte[BLOCK * 2 + 100]);
        try {
            assertThatThrownBy(() -> TenLines.withJnixl(path, new int[] {2})).hasMessageContaining("index 2");
            assertThatThrownBy(() -> TenLines.withFileChannel(path, new int[] {2}))
                    .hasMessageContaining("ends before offset 12288");
        } finally {
            Files.delete(path);
        }
    }
}
