// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 threads, half of them virtual, on one agent and eight peers in two other processes: random blocks written, cancelled, posted
 * again, read back, and every byte compared; and in the end no more memory and descriptors than in the beginning.
 */
@NeedsNative(Native.UCX)
class CrowdIT {
    private static final int THREADS = 64;
    private static final int PROCESSES = 2;
    private static final int PEERS = 8;
    private static final int BLOCK = 1 << 10;
    private static final int BLOCKS = 128;
    private static final int SLICE = BLOCK * BLOCKS;
    private static final int SECONDS =
            Integer.getInteger("jnixl.crowd.seconds", Boolean.getBoolean("jnixl.soak") ? 600 : 20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long GROWTH_KIB = 16 << 10;

    @TempDir
    Path folder;

    private final LongAdder episodes = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final CountDownLatch someEnded = new CountDownLatch(1);
    private volatile boolean stop;

    /** What there is at some moment. */
    private record Holdings(long heapKib, long mallocKib, long files, long segments) {
        static Holdings now() throws IOException {
            return new Holdings(
                    ThisProcess.heapKib(),
                    ThisProcess.mallocKib(),
                    ThisProcess.openFiles(),
                    ThisProcess.sharedSegments());
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of the soak profile; the default would end it
    void everyByteOfEveryTransfer() throws Exception {
        long seed = Bytes.random().nextLong();
        List<Process> crowd = new ArrayList<>();
        try (Agent agent = Agent.builder("hub")
                        .config(Config.empty().with("agent.backends", "UCX").with("agent.deadline", "60s"))
                        .build();
                Allocation memory = agent.allocate(2L * SLICE * THREADS);
                ExecutorService platform = Executors.newFixedThreadPool(THREADS / 2);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Peer> peers = meet(agent, crowd);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                SplittableRandom random = new SplittableRandom(seed + t);
                int place = t;
                runs.add((t % 2 == 0 ? platform : virtual).submit(() -> {
                    try {
                        work(agent, memory.segment(), peers, place, random);
                    } finally {
                        someEnded.countDown();
                    }
                    return null;
                }));
            }
            Holdings early = watch(end - TimeUnit.SECONDS.toNanos(3L * SECONDS / 4));
            Holdings late = watch(end);
            stop = true;
            for (Future<?> run : runs) {
                run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            System.out.println("CrowdIT " + SECONDS + " s: " + episodes + " rounds, " + (bytes.sum() >> 20) + " MiB, "
                    + cancelled + " cancelled; " + early + ", then " + late);
            assertThat(episodes.sum()).isGreaterThan(THREADS);
            assertThat(cancelled.sum()).isPositive();
            assertThat(late.heapKib - early.heapKib).as("heap").isLessThan(GROWTH_KIB);
            assertThat(late.mallocKib - early.mallocKib).as("native memory").isLessThan(GROWTH_KIB);
            assertThat(late.files - early.files).as("descriptors").isLessThan(8);
            assertThat(late.segments - early.segments).as("segments").isLessThan(PEERS);
        } finally {
            stop = true;
            crowd.forEach(Process::destroyForcibly);
        }
    }

    /** Waits until then, or for the first that fails. */
    private Holdings watch(long until) throws Exception {
        var _ = someEnded.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        return Holdings.now();
    }

    private List<Peer> meet(Agent agent, List<Process> crowd) throws IOException {
        List<Peer> peers = new ArrayList<>();
        for (int p = 0; p < PROCESSES; p++) {
            int first = p * PEERS / PROCESSES;
            List<Path> files = Stream.iterate(first, i -> i + 1)
                    .limit(PEERS / PROCESSES)
                    .map(i -> folder.resolve("peer-" + i))
                    .toList();
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    CrowdMain.class.getName(),
                    Integer.toString(THREADS * SLICE)));
            files.forEach(f -> command.add(f.toString()));
            Process process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("crowd-" + p + ".log").toFile())
                    .start();
            crowd.add(process);
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            while (line != null && !line.equals(CrowdMain.READY)) {
                line = out.readLine();
            }
            assertThat(line).as("what the crowd says").isNotNull();
            for (Path file : files) {
                peers.add(agent.loadPeer(Files.readAllBytes(file)));
            }
        }
        return peers;
    }

    /** What a thread has to do with one peer. */
    private record Way(Transfer write, Transfer read) {}

    private void work(Agent agent, MemorySegment all, List<Peer> peers, int place, SplittableRandom random)
            throws Exception {
        MemorySegment source = all.asSlice(2L * place * SLICE, SLICE);
        MemorySegment sink = all.asSlice((2L * place + 1) * SLICE, SLICE);
        Way[] ways = new Way[peers.size()];
        while (!stop) {
            int p = random.nextInt(ways.length);
            Way way = ways[p];
            if (way == null || random.nextInt(50) == 0) {
                close(way);
                way = way(agent, source, sink, peers.get(p), place);
                ways[p] = way;
            }
            round(way, source, sink, random);
        }
        for (Way way : ways) {
            close(way);
        }
    }

    private static Way way(Agent agent, MemorySegment source, MemorySegment sink, Peer peer, int place) {
        RemoteRegion region = peer.region(0);
        DescriptorList theirs = DescriptorList.strided(
                region.kind(), region.device(), region.address() + (long) place * SLICE, BLOCK, BLOCK, BLOCKS);
        try (Prepared from = agent.prepare(DescriptorList.blocks(source, BLOCK));
                Prepared to = agent.prepare(DescriptorList.blocks(sink, BLOCK));
                Prepared far = agent.prepare(peer, theirs)) {
            return new Way(
                    agent.transfer(Operation.WRITE, from, far)
                            .capacity(BLOCKS)
                            .withNotifications()
                            .prepare(),
                    agent.transfer(Operation.READ, to, far).capacity(BLOCKS).prepare());
        }
    }

    private static void close(Way way) {
        if (way != null) {
            way.write.close();
            way.read.close();
        }
    }

    private void round(Way way, MemorySegment source, MemorySegment sink, SplittableRandom random) throws Exception {
        int count = random.nextInt(1, BLOCKS + 1);
        int[] blocks = random.ints(0, BLOCKS).distinct().limit(count).toArray();
        int[] others = random.ints(0, BLOCKS).distinct().limit(count).toArray();
        long seed = random.nextLong();
        for (int i = 0; i < count; i++) {
            Pattern.fill(block(source, blocks[i]), seed, (long) i * BLOCK);
        }
        way.write.select(blocks, others, count);
        way.read.select(blocks, others, count);
        move(way.write, random);
        move(way.read, random);
        for (int i = 0; i < count; i++) {
            assertThat(Pattern.firstWrong(block(sink, blocks[i]), seed, (long) i * BLOCK))
                    .as("first wrong byte of block %s of %s, seed %s", i, way.read, seed)
                    .isEqualTo(-1);
        }
        episodes.increment();
        bytes.add(2L * count * BLOCK);
    }

    private static MemorySegment block(MemorySegment of, int index) {
        return of.asSlice((long) index * BLOCK, BLOCK);
    }

    /** Moves all of it, after giving up now and then. */
    private void move(Transfer transfer, SplittableRandom random) throws Exception {
        while (random.nextInt(6) == 0) {
            post(transfer, random);
            if (random.nextBoolean()) {
                Thread.onSpinWait();
            }
            transfer.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(transfer.poll()).isIn(Status.CANCELED, Status.SUCCESS);
            cancelled.increment();
        }
        post(transfer, random);
        assertThat(transfer.await(LIMIT)).as(transfer.failure().toString()).isEqualTo(Status.SUCCESS);
    }

    private static void post(Transfer transfer, SplittableRandom random) {
        Status status = transfer.operation() == Operation.WRITE && random.nextInt(4) == 0
                ? transfer.post("a message")
                : transfer.post();
        assertThat(status).isIn(Status.IN_PROGRESS, Status.SUCCESS);
    }
}
