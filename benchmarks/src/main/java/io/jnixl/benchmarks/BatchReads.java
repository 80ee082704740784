// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What vector search does: some hundred random blocks of 4 KiB, all wanted before it goes on. The time of a batch with jnixl
 * against {@link FileChannel} on virtual threads and on a pool of platform threads, in turn within one run, every block
 * verified.
 *
 * <p>Arguments: file (made, and overwritten), {@code direct} or {@code cached}, blocks in the file, rounds, engine.
 */
public final class BatchReads {
    private static final int BLOCK = StampedFile.BLOCK;
    private static final int LEAST = 350;
    private static final int MOST = 500;
    private static final int BATCHES = 20;
    private static final int POOL = 32;
    private static final int WARM_UP = 10;

    private BatchReads() {}

    /** Reads these blocks, the i-th to the i-th place in memory. */
    private interface Reader {
        void read(int[] ids, int n) throws IOException, InterruptedException;

        MemorySegment memory();

        String name();
    }

    /** Prints the times and their ratios. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path path = Path.of(args[0]);
        boolean direct = args[1].equals("direct");
        int blocks = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        StampedFile.make(path, blocks);
        Config config = Config.empty().with("agent.backends", "POSIX").with("backends.POSIX.engine", args[4]);
        try (Agent agent = Agent.builder("bench").config(config).build();
                FileRegion file = agent.open(path, StampedFile.options(args[1]));
                Allocation out = agent.allocate((long) MOST * BLOCK);
                Prepared mine = agent.prepare(DescriptorList.blocks(out.segment(), BLOCK));
                Prepared theirs = agent.prepare(agent.self(), file.blocks(BLOCK));
                Transfer transfer = agent.transfer(Operation.READ, mine, theirs)
                        .capacity(MOST)
                        .prepare();
                FileChannel channel = open(path, direct);
                Arena arena = Arena.ofShared();
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService pool = Executors.newFixedThreadPool(POOL)) {
            List<Reader> readers = List.of(
                    new WithTransfer(transfer, out.segment()),
                    new WithChannel("FileChannel, virtual threads", channel, virtual, arena),
                    new WithChannel("FileChannel, pool of " + POOL, channel, pool, arena));
            run(readers, blocks, rounds);
        }
    }

    /** As the JDK's option is exported and yet warned of, it is taken by name. */
    private static FileChannel open(Path path, boolean direct) throws IOException {
        if (!direct) {
            return FileChannel.open(path);
        }
        try {
            Object[] constants =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            OpenOption option = (OpenOption) Arrays.stream(constants)
                    .filter(c -> c.toString().equals("DIRECT"))
                    .findFirst()
                    .orElseThrow();
            return FileChannel.open(path, Set.of(StandardOpenOption.READ, option));
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
    }

    private static void run(List<Reader> readers, int blocks, int rounds) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Histogram[] times = new Histogram[readers.size()];
        List<List<double[]>> ofRounds = new ArrayList<>();
        for (int r = 0; r < times.length; r++) {
            times[r] = new Histogram(3);
            ofRounds.add(new ArrayList<>());
        }
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        for (int round = -WARM_UP; round < rounds; round++) {
            Collections.reverse(order);
            for (int r : order) {
                Histogram one = new Histogram(3);
                for (int b = 0; b < BATCHES; b++) {
                    one.recordValue(batch(readers.get(r), random, blocks));
                }
                if (round >= 0) {
                    times[r].add(one);
                    ofRounds.get(r).add(new double[] {one.getValueAtPercentile(50)});
                }
            }
        }
        for (int r = 0; r < times.length; r++) {
            System.out.printf(
                    "%-30s p50 %8.1f us  p99 %8.1f us%s%n",
                    readers.get(r).name(),
                    times[r].getValueAtPercentile(50) / 1e3,
                    times[r].getValueAtPercentile(99) / 1e3,
                    r == 0 ? "" : ratios(times[r], times[0], ofRounds.get(r), ofRounds.get(0)));
        }
    }

    private static String ratios(Histogram other, Histogram ours, List<double[]> others, List<double[]> own) {
        double[] paired = new double[own.size()];
        for (int i = 0; i < paired.length; i++) {
            paired[i] = others.get(i)[0] / own.get(i)[0];
        }
        Arrays.sort(paired);
        return String.format(
                "  times jnixl's: p50 %.2f, p99 %.2f; by rounds median %.2f, quartiles %.2f to %.2f",
                (double) other.getValueAtPercentile(50) / ours.getValueAtPercentile(50),
                (double) other.getValueAtPercentile(99) / ours.getValueAtPercentile(99),
                paired[paired.length / 2],
                paired[paired.length / 4],
                paired[paired.length * 3 / 4]);
    }

    private static long batch(Reader reader, SplittableRandom random, int blocks)
            throws IOException, InterruptedException {
        int n = random.nextInt(LEAST, MOST + 1);
        int[] ids = random.ints(n, 0, blocks).toArray();
        reader.memory().fill((byte) 0);
        long start = System.nanoTime();
        reader.read(ids, n);
        long nanos = System.nanoTime() - start;
        StampedFile.check(reader.memory(), ids, n, reader.name());
        return nanos;
    }

    /** One transfer, aimed anew for each batch. */
    private static final class WithTransfer implements Reader {
        private final Transfer transfer;
        private final MemorySegment memory;
        private final int[] places = new int[MOST];

        WithTransfer(Transfer transfer, MemorySegment memory) {
            this.transfer = transfer;
            this.memory = memory;
            Arrays.setAll(places, i -> i);
        }

        @Override
        public void read(int[] ids, int n) throws IOException {
            transfer.select(places, ids, n);
            transfer.post();
            if (transfer.await() != Status.SUCCESS) {
                throw new IOException(transfer.failure().toString());
            }
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public String name() {
            return "jnixl";
        }
    }

    /** A task for each block. */
    private static final class WithChannel implements Reader {
        private final String name;
        private final FileChannel channel;
        private final ExecutorService threads;
        private final MemorySegment memory;
        private final ByteBuffer[] buffers = new ByteBuffer[MOST];

        WithChannel(String name, FileChannel channel, ExecutorService threads, Arena arena) {
            this.name = name;
            this.channel = channel;
            this.threads = threads;
            memory = arena.allocate((long) MOST * BLOCK, BLOCK);
            Arrays.setAll(buffers, i -> memory.asSlice((long) i * BLOCK, BLOCK).asByteBuffer());
        }

        @Override
        public void read(int[] ids, int n) throws IOException, InterruptedException {
            CountDownLatch left = new CountDownLatch(n);
            AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
            for (int i = 0; i < n; i++) {
                ByteBuffer buffer = buffers[i].clear();
                long offset = (long) ids[i] * BLOCK;
                threads.execute(() -> {
                    try {
                        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
                            Thread.onSpinWait();
                        }
                    } catch (IOException e) {
                        failure.set(e);
                    }
                    left.countDown();
                });
            }
            left.await();
            IOException e = failure.get();
            if (e != null) {
                throw e;
            }
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public String name() {
            return name;
        }
    }
}
