// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static io.jnixl.api.FileOption.DIRECT;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The blocks of a file with these numbers, twice: with an agent, past the page cache, and with the JDK's own means. The page
 * batched-file-io.md quotes both.
 *
 * @since 0.1
 */
public final class TenLines {
    private static final int BLOCK = 4096;

    private TenLines() {}

    /**
     * Reads with an agent.
     *
     * @param path the file
     * @param ids block numbers
     */
    public static byte[] withJnixl(Path path, int[] ids) {
        // begin jnixl
        try (Agent agent = Agent.create("search");
                FileRegion file = agent.open(path, DIRECT);
                Allocation out = file.allocate((long) ids.length * BLOCK);
                Transfer read = agent.read(file.blocks(BLOCK).select(ids))
                        .into(DescriptorList.blocks(out.segment(), BLOCK))
                        .prepare()) {
            read.post();
            if (read.await() != Status.SUCCESS) {
                throw new IllegalStateException(read.failure().toString());
            }
            return out.segment().toArray(ValueLayout.JAVA_BYTE);
        }
        // end jnixl
    }

    /**
     * Reads with virtual threads and a {@link FileChannel}.
     *
     * @param path the file
     * @param ids block numbers
     */
    public static byte[] withFileChannel(Path path, int[] ids) throws IOException, InterruptedException {
        // begin channel
        // in the page cache: the JDK's option for O_DIRECT is one that javac warns of
        try (FileChannel file = FileChannel.open(path);
                Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            MemorySegment out = arena.allocate((long) ids.length * BLOCK, BLOCK);
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                var block = out.asSlice((long) i * BLOCK, BLOCK).asByteBuffer();
                long offset = (long) ids[i] * BLOCK;
                reads.add(threads.submit(() -> {
                    while (block.hasRemaining()) { // a read may come short
                        int bytes = file.read(block, offset + block.position());
                        if (bytes < 0) {
                            throw new IOException(path + " ends before offset " + (offset + BLOCK));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> read : reads) {
                read.get();
            }
            return out.toArray(ValueLayout.JAVA_BYTE);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        // end channel
    }
}
