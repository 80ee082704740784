// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What more threads bring to WRITEs over UCX to another process: {@code target FOLDER} in one process, in another {@code split FOLDER
 * BYTES COUNT PAIRS THREADS} for one poster without and with {@code num_threads}, or {@code workers FOLDER BYTES COUNT PAIRS
 * THREADS} for several posters on one worker and on one each. The two take turns, first one then the other and back, and each
 * pair gives a ratio. The memory is the agents', so that posters copy; with {@code -Dprivate=true} for all, the processes' own, of
 * which each byte is copied by both.
 */
public final class ThreadScaling {
    private static final boolean PRIVATE = Boolean.getBoolean("private");
    private static final long MEMORY = 512L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final long TURN_NANOS = 300_000_000L;
    private static final String END = "end";
    private static final double DEVIATIONS = 0.98; // half of 1.96: of the median's rank, 95 %

    private ThreadScaling() {}

    /** Prints both rates and the ratio. */
    public static void main(String[] args) throws Exception {
        Path metadata = Path.of(args[1], "target.metadata");
        if (args[0].equals("target")) {
            serve(metadata);
            return;
        }
        int bytes = Integer.parseInt(args[2]);
        int count = Integer.parseInt(args[3]);
        int pairs = Integer.parseInt(args[4]);
        int threads = Integer.parseInt(args[5]);
        boolean split = args[0].equals("split");
        Config one = Config.empty().with("agent.backends", "UCX");
        Config many = split
                ? one.with("backends.UCX.num_threads", Integer.toString(threads))
                        .with("backends.UCX.split_batch_size", Integer.toString(Math.min(1024, count / (threads + 1))))
                : one.with("backends.UCX.num_workers", Integer.toString(threads));
        int posters = split ? 1 : threads;
        try (Side a = new Side("one", one, metadata, bytes, count, posters);
                Side b = new Side("many", many, metadata, bytes, count, posters)) {
            a.run();
            b.run();
            compare(a, b, pairs);
            b.agent.sendNotification(b.peer, END);
        }
    }

    private static void serve(Path metadata) throws IOException {
        Config config = Config.empty().with("agent.backends", "UCX");
        try (Agent agent = Agent.builder("target").config(config).build();
                Memory memory = new Memory(agent, (byte) 1)) {
            Path written = Files.write(metadata.resolveSibling("target.part"), agent.metadata());
            Files.move(written, metadata, StandardCopyOption.ATOMIC_MOVE);
            agent.awaitNotification(LIMIT);
            System.out.println("closing " + memory.segment);
        }
    }

    private static void compare(Side a, Side b, int pairs) throws Exception {
        double[] ratios = new double[pairs];
        double[] alone = new double[pairs];
        double[] shared = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            boolean aFirst = i % 2 == 0;
            double first = (aFirst ? a : b).run();
            double second = (aFirst ? b : a).run();
            alone[i] = aFirst ? first : second;
            shared[i] = aFirst ? second : first;
            ratios[i] = shared[i] / alone[i];
        }
        Arrays.sort(ratios);
        Arrays.sort(alone);
        Arrays.sort(shared);
        int off = (int) Math.ceil(DEVIATIONS * Math.sqrt(pairs));
        System.out.printf(
                Locale.ROOT,
                "%d x %d B: one %.0f MB/s, many %.0f MB/s, ratio %.2f [%.2f, %.2f] of %d pairs%n",
                a.count,
                a.bytes,
                alone[pairs / 2],
                shared[pairs / 2],
                ratios[pairs / 2],
                ratios[Math.max(0, pairs / 2 - off)],
                ratios[Math.min(pairs - 1, pairs / 2 + off)],
                pairs);
    }

    /** Registered memory of either kind. */
    private static final class Memory implements AutoCloseable {
        final MemorySegment segment;
        private final Arena arena = Arena.ofShared();
        private final AutoCloseable registered;

        Memory(Agent agent, byte fill) {
            if (PRIVATE) {
                segment = arena.allocate(MEMORY, 4096);
                registered = agent.register(MemoryRegion.of(segment));
            } else {
                Allocation allocation = agent.allocate(MEMORY);
                segment = allocation.segment();
                registered = allocation;
            }
            segment.fill(fill);
        }

        @Override
        public void close() {
            try {
                registered.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            arena.close();
        }
    }

    /** An agent, its memory, and a transfer for each poster. */
    private static final class Side implements AutoCloseable {
        final int bytes;
        final int count;
        final Agent agent;
        final Peer peer;
        private final Memory memory;
        private final List<Transfer> transfers = new ArrayList<>();

        Side(String name, Config config, Path metadata, int bytes, int count, int posters) throws IOException {
            this.bytes = bytes;
            this.count = count;
            agent = Agent.builder(name).config(config).build();
            memory = new Memory(agent, (byte) 2);
            peer = agent.loadPeer(Files.readAllBytes(metadata));
            for (int i = 0; i < posters; i++) {
                int first = i * count;
                int[] own = IntStream.range(first, first + count).toArray();
                DescriptorList near =
                        DescriptorList.blocks(memory.segment, bytes).select(own);
                DescriptorList far = peer.region(0).blocks(bytes).select(own);
                transfers.add(agent.transfer(Operation.WRITE, near, peer, far)
                        .merging(false)
                        .prepare());
            }
        }

        /** One turn of all posters; MB/s. */
        double run() throws Exception {
            AtomicLong posts = new AtomicLong();
            CyclicBarrier together = new CyclicBarrier(transfers.size());
            long start = System.nanoTime();
            List<Thread> posters = transfers.stream()
                    .map(transfer -> Thread.ofPlatform().start(() -> posts.addAndGet(post(transfer, together))))
                    .toList();
            for (Thread poster : posters) {
                poster.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return posts.get() * (double) count * bytes / seconds / 1e6;
        }

        private static long post(Transfer transfer, CyclicBarrier together) {
            try {
                together.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            long posts = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < TURN_NANOS) {
                transfer.post();
                if (transfer.await() != Status.SUCCESS) {
                    throw new IllegalStateException(transfer.failure().toString());
                }
                posts++;
            }
            return posts;
        }

        @Override
        public void close() {
            transfers.forEach(Transfer::close);
            memory.close();
            agent.close();
        }
    }
}
