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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Threads that share one agent and read random blocks of 4 KiB, 64 at a time, each with a transfer of its own, every block verified:
 * blocks per second by the number of threads, in turn within one run, and the ratio to one thread.
 *
 * <p>Arguments: file (made, and overwritten), {@code direct} or {@code cached}, blocks in the file, rounds, rings.
 */
public final class ManyReaders {
    private static final int BLOCK = StampedFile.BLOCK;
    private static final int COUNT = 64;
    private static final int[] THREADS = {1, 2, 4, 8, 16};
    private static final int MOST = 16;
    private static final long NANOS = 500_000_000;
    private static final int WARM_UP = 2;

    private final Agent agent;
    private final Prepared file;
    private final int blocks;

    private ManyReaders(Agent agent, Prepared file, int blocks) {
        this.agent = agent;
        this.file = file;
        this.blocks = blocks;
    }

    /** Prints a line for each number of threads. */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        Path path = Path.of(args[0]);
        int blocks = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        StampedFile.make(path, blocks);
        Config config = Config.empty().with("agent.backends", "POSIX").with("backends.POSIX.rings", args[4]);
        try (Agent agent = Agent.builder("readers").config(config).build();
                FileRegion file = agent.open(path, StampedFile.options(args[1]));
                Prepared theirs = agent.prepare(agent.self(), file.blocks(BLOCK));
                ExecutorService threads = Executors.newFixedThreadPool(MOST)) {
            ManyReaders readers = new ManyReaders(agent, theirs, blocks);
            double[][] rates = new double[THREADS.length][rounds];
            for (int round = -WARM_UP; round < rounds; round++) {
                for (int t = 0; t < THREADS.length; t++) {
                    double rate = readers.rate(threads, THREADS[t]);
                    if (round >= 0) {
                        rates[t][round] = rate;
                    }
                }
            }
            print(rates);
        }
    }

    private static void print(double[][] rates) {
        for (int t = 0; t < THREADS.length; t++) {
            double[] toOne = new double[rates[t].length];
            for (int i = 0; i < toOne.length; i++) {
                toOne[i] = rates[t][i] / rates[0][i];
            }
            Arrays.sort(toOne);
            double[] sorted = rates[t].clone();
            Arrays.sort(sorted);
            System.out.printf(
                    "%2d threads: %8.0f blocks per second; times one thread: median %.2f, quartiles %.2f to %.2f%n",
                    THREADS[t],
                    sorted[sorted.length / 2],
                    toOne[toOne.length / 2],
                    toOne[toOne.length / 4],
                    toOne[toOne.length * 3 / 4]);
        }
    }

    private double rate(ExecutorService threads, int n) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + NANOS;
        var started = IntStream.range(0, n)
                .mapToObj(i -> threads.submit(() -> read(i, end)))
                .toList();
        long sum = 0;
        for (Future<Long> reader : started) {
            sum += reader.get();
        }
        return sum * 1e9 / NANOS;
    }

    /** Reads until the time is over; answers how many blocks. */
    private long read(int seed, long end) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int[] places = IntStream.range(0, COUNT).toArray();
        long read = 0;
        try (Allocation out = agent.allocate((long) COUNT * BLOCK);
                Prepared mine = agent.prepare(DescriptorList.blocks(out.segment(), BLOCK));
                Transfer transfer = agent.transfer(Operation.READ, mine, file)
                        .capacity(COUNT)
                        .prepare()) {
            int[] ids = new int[COUNT];
            while (System.nanoTime() - end < 0) {
                Arrays.setAll(ids, i -> random.nextInt(blocks));
                transfer.select(places, ids, COUNT);
                transfer.post();
                if (transfer.await() != Status.SUCCESS) {
                    throw new IOException(transfer.failure().toString());
                }
                StampedFile.check(out.segment(), ids, COUNT, "reader " + seed);
                read += COUNT;
            }
        }
        return read;
    }
}
