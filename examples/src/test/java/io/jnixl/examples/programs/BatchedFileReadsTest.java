// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchedFileReadsTest {
    private static final int VECTORS = 1000;

    @TempDir
    Path folder;

    private final Printed printed = new Printed();
    private final byte[] content = new byte[VECTORS * BatchedFileReads.VECTOR_BYTES];
    private SplittableRandom random;
    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        random = new SplittableRandom(seed);
        random.nextBytes(content);
        file = Files.write(folder.resolve("vectors.dat"), content);
    }

    private byte[] expected(int[] ids) {
        byte[] all = new byte[ids.length * BatchedFileReads.VECTOR_BYTES];
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(
                    content,
                    ids[i] * BatchedFileReads.VECTOR_BYTES,
                    all,
                    i * BatchedFileReads.VECTOR_BYTES,
                    BatchedFileReads.VECTOR_BYTES);
        }
        return all;
    }

    @Test
    void readsTheVectorsInTheOrderAskedFor() {
        int[] ids = random.ints(300, 0, VECTORS).toArray();
        ids[7] = ids[3]; // one may be read twice

        byte[] read = BatchedFileReads.read(file, ids, printed.stream());

        assertThat(Arrays.equals(read, expected(ids))).isTrue();
        assertThat(printed.toString()).contains("300 vectors of 4096 bytes from " + file);
    }

    @Test
    void readsPastThePageCacheWhereTheFileSystemCan() {
        try (Agent agent = Agent.create("probe")) {
            agent.open(file, FileOption.DIRECT).close();
        } catch (NixlException e) {
            abort("no direct reads in " + folder + ": " + e.getMessage());
        }
        int[] ids = random.ints(64, 0, VECTORS).toArray();
        assertThat(Arrays.equals(BatchedFileReads.read(file, ids, printed.stream(), FileOption.DIRECT), expected(ids)))
                .isTrue();
    }

    @Test
    void mainMakesAFileOfItsOwn() throws IOException {
        BatchedFileReads.main(new String[0]);
    }

    @Test
    void aVectorThatTheFileLacksIsRefused() {
        assertThatThrownBy(() -> BatchedFileReads.read(file, new int[] {0, VECTORS}, printed.stream()))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining("index " + VECTORS);
    }
}
