// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Reads many scattered blocks of a file in one transfer. A file is the far side of transfers within an agent: there is no
 * peer.
 *
 * @since 0.1
 */
public final class BatchedFileReads {
    static final int VECTOR_BYTES = 4096;

    private BatchedFileReads() {}

    /**
     * Reads 512 vectors of a file.
     *
     * @param args the file, and {@code --direct} to read past the page cache; without arguments, a file is made
     */
    public static void main(String[] args) throws IOException {
        SplittableRandom random = new SplittableRandom();
        boolean made = args.length == 0;
        Path file = made ? Files.createTempFile("vectors-", ".dat") : Path.of(args[0]);
        try {
            if (made) {
                byte[] bytes = new byte[2000 * VECTOR_BYTES];
                random.nextBytes(bytes);
                Files.write(file, bytes);
            }
            int vectors = Math.toIntExact(Files.size(file) / VECTOR_BYTES);
            boolean direct = args.length > 1 && args[1].equals("--direct");
            read(
                    file,
                    random.ints(512, 0, vectors).toArray(),
                    System.out,
                    direct ? new FileOption[] {FileOption.DIRECT} : new FileOption[0]);
        } finally {
            if (made) {
                Files.delete(file);
            }
        }
    }

    /** The vectors with these numbers, one behind the other. */
    static byte[] read(Path file, int[] ids, PrintStream out, FileOption... options) {
        try (Agent agent = Agent.create("search");
                FileRegion vectors = agent.open(file, options);
                Allocation result = agent.allocate((long) ids.length * VECTOR_BYTES);
                Transfer read = agent.read(vectors.blocks(VECTOR_BYTES).select(ids))
                        .into(DescriptorList.blocks(result.segment(), VECTOR_BYTES))
                        .label("read")
                        .statistics(true)
                        .prepare()) {
            read.post();
            if (read.await() != Status.SUCCESS) {
                throw new IllegalStateException(read.failure().toString());
            }
            out.println(ids.length + " vectors of " + VECTOR_BYTES + " bytes from " + file + " with " + read.backend()
                    + " in " + read.statistics().transferNanos() / 1000 + " microseconds; "
                    + firstBytes(result.segment()));
            return result.segment().toArray(JAVA_BYTE);
        }
    }

    private static String firstBytes(MemorySegment bytes) {
        StringBuilder text = new StringBuilder("the first begins");
        for (int i = 0; i < 4; i++) {
            text.append(String.format(" %02x", bytes.get(JAVA_BYTE, i)));
        }
        return text.toString();
    }
}
