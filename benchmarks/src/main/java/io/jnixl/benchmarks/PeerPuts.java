// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes over UCX to another process, to be held against {@code ucx_perftest -t ucp_put_bw}: {@code target FOLDER} in one
 * process, {@code initiator FOLDER BYTES COUNT SECONDS} in another, where one transfer moves COUNT times the same block of
 * BYTES. Always the same block, and memory of UCX's own on both sides, as in ucx_perftest.
 */
public final class PeerPuts {
    private static final long MEMORY = 64L << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long NANOS = 1_000_000_000L;
    private static final long WARM_UP = 2 * NANOS;
    private static final String END = "end";

    private PeerPuts() {}

    /** Prints the rate. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Config config = Config.empty().with("agent.backends", "UCX");
        Path metadata = Path.of(args[1], "target.metadata");
        try (Agent agent = Agent.builder(args[0]).config(config).build();
                Allocation memory = agent.allocate(MEMORY)) {
            if (args[0].equals("target")) {
                Path written = Files.write(Path.of(args[1], "target.part"), agent.metadata());
                Files.move(written, metadata, StandardCopyOption.ATOMIC_MOVE);
                Notification last = agent.awaitNotification(LIMIT);
                System.out.println(last.from() + " says " + last.text());
            } else {
                initiate(agent, memory, metadata, args);
            }
        }
    }

    private static void initiate(Agent agent, Allocation memory, Path metadata, String[] args) throws IOException {
        int bytes = Integer.parseInt(args[2]);
        int count = Integer.parseInt(args[3]);
        Peer peer = agent.loadPeer(Files.readAllBytes(metadata));
        DescriptorList near = DescriptorList.blocks(memory.segment(), bytes).select(new int[count]);
        DescriptorList far = peer.region(0).blocks(bytes).select(new int[count]);
        try (Transfer write =
                agent.transfer(Operation.WRITE, near, peer, far).merging(false).prepare()) {
            run(write, WARM_UP);
            long nanos = Long.parseLong(args[4]) * NANOS;
            long start = System.nanoTime();
            long posts = run(write, nanos);
            double seconds = (System.nanoTime() - start) / (double) NANOS;
            System.out.printf(
                    Locale.ROOT,
                    "%d x %d B: %.3f us a block, %.0f MB/s, %.2f us a post%n",
                    count,
                    bytes,
                    seconds * 1e6 / posts / count,
                    posts * (double) count * bytes / seconds / (1 << 20),
                    seconds * 1e6 / posts);
        }
        agent.sendNotification(peer, END);
    }

    private static long run(Transfer write, long nanos) {
        long posts = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            write.post();
            Status status = write.await();
            if (status != Status.SUCCESS) {
                throw new IllegalStateException(write.failure().toString());
            }
            posts++;
        }
        return posts;
    }
}
