// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Random 4 KiB reads past the page cache, to be held against fio with the same file and depth: one transfer of many
 * descriptors at a time, or, with {@code single}, as many virtual threads as the depth, each with a transfer of one descriptor
 * that it posts and awaits.
 *
 * <p>Arguments: file, engine, depth, seconds, {@code batch} or {@code single}.
 */
public final class FileReads {
    private static final int BLOCK = 4096;
    private static final int BATCH = 16_384;
    private static final long NANOS = 1_000_000_000L;
    private static final long WARM_UP = 2 * NANOS;

    private FileReads() {}

    /** Prints the rate. */
    public static void main(String[] args) throws InterruptedException {
        Path path = Path.of(args[0]);
        int depth = Integer.parseInt(args[2]);
        long nanos = Long.parseLong(args[3]) * NANOS;
        Config config = Config.empty()
                .with("agent.backends", "POSIX")
                .with("backends.POSIX.engine", args[1])
                .with("backends.POSIX.kernel_queue_size", args[2])
                .with("backends.POSIX.pool_threads", args[2]);
        try (Agent agent = Agent.builder("bench").config(config).build();
                FileRegion file = agent.open(path, FileOption.DIRECT)) {
            run(args[4], agent, file, depth, WARM_UP);
            double rate = run(args[4], agent, file, depth, nanos);
            System.out.printf("%s %s depth %d: %.0f reads/s%n", args[1], args[4], depth, rate);
        }
    }

    private static double run(String mode, Agent agent, FileRegion file, int depth, long nanos)
            throws InterruptedException {
        return mode.equals("single") ? single(agent, file, depth, nanos) : batch(agent, file, depth, nanos);
    }

    private static double batch(Agent agent, FileRegion file, int depth, long nanos) {
        SplittableRandom random = new SplittableRandom(1);
        int blocks = (int) (file.size() / BLOCK);
        int[] local = new int[BATCH];
        int[] remote = new int[BATCH];
        for (int i = 0; i < BATCH; i++) {
            local[i] = i % depth;
        }
        try (Allocation memory = agent.allocate((long) depth * BLOCK);
                var mine = agent.prepare(DescriptorList.blocks(memory.segment(), BLOCK));
                var theirs = agent.prepare(agent.self(), file.blocks(BLOCK));
                Transfer read = agent.transfer(Operation.READ, mine, theirs)
                        .capacity(BATCH)
                        .prepare()) {
            long reads = 0;
            long start = System.nanoTime();
            long now = start;
            while (now - start < nanos) {
                for (int i = 0; i < BATCH; i++) {
                    remote[i] = random.nextInt(blocks);
                }
                read.select(local, remote, BATCH);
                read.post();
                check(read.await());
                reads += BATCH;
                now = System.nanoTime();
            }
            return reads * (double) NANOS / (now - start);
        }
    }

    private static double single(Agent agent, FileRegion file, int depth, long nanos) throws InterruptedException {
        int blocks = (int) (file.size() / BLOCK);
        try (Allocation memory = agent.allocate((long) depth * BLOCK)) {
            long start = System.nanoTime();
            Thread[] threads = new Thread[depth];
            long[] reads = new long[depth];
            for (int t = 0; t < depth; t++) {
                int me = t;
                threads[t] = Thread.ofVirtual()
                        .start(() -> reads[me] = loop(agent, file, memory, me, blocks, start + nanos));
            }
            long sum = 0;
            for (int t = 0; t < depth; t++) {
                threads[t].join();
                sum += reads[t];
            }
            return sum * (double) NANOS / (System.nanoTime() - start);
        }
    }

    private static long loop(Agent agent, FileRegion file, Allocation memory, int me, int blocks, long end) {
        SplittableRandom random = new SplittableRandom(me);
        int[] local = {me};
        int[] remote = new int[1];
        try (var mine = agent.prepare(DescriptorList.blocks(memory.segment(), BLOCK));
                var theirs = agent.prepare(agent.self(), file.blocks(BLOCK));
                Transfer read =
                        agent.transfer(Operation.READ, mine, theirs).capacity(1).prepare()) {
            long reads = 0;
            while (System.nanoTime() < end) {
                remote[0] = random.nextInt(blocks);
                read.select(local, remote, 1);
                read.post();
                check(read.await());
                reads++;
            }
            return reads;
        }
    }

    private static void check(Status status) {
        if (status != Status.SUCCESS) {
            throw new IllegalStateException("a read ended as " + status);
        }
    }
}
