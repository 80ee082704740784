// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The Java side of the comparison: one agent in a process of its own, which obeys the same commands as {@code twin.c} on
 * standard input, one a line, and answers each with one line. Arguments: its name, {@code private} or {@code shared}, and the
 * bytes of its memory.
 */
public final class TwinAgent {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long IDLE_MILLIS = 150;
    private static final int BURST = 100;
    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "pong".getBytes(StandardCharsets.US_ASCII);

    private final Agent agent;
    private final MemorySegment memory;
    private @Nullable Peer peer;
    private @Nullable Transfer transfer;
    private @Nullable ScalingWork scaling;

    private TwinAgent(Agent agent, MemorySegment memory) {
        this.agent = agent;
        this.memory = memory;
    }

    /** Obeys until its input ends. */
    public static void main(String[] args) throws IOException {
        long bytes = Long.parseLong(args[2]);
        Config config = Config.empty().with("agent.backends", "UCX");
        try (Agent agent = Agent.builder(args[0]).config(config).build();
                Arena arena = Arena.ofShared()) {
            if (args[1].equals("shared")) {
                try (Allocation allocation = agent.allocate(bytes)) {
                    new TwinAgent(agent, allocation.segment()).serve();
                }
            } else {
                MemorySegment own = arena.allocate(bytes, 4096);
                try (var _ = agent.register(own)) {
                    new TwinAgent(agent, own).serve();
                }
            }
        }
    }

    private void serve() throws IOException {
        System.out.println("ready " + HexFormat.of().formatHex(agent.metadata()));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("echo")) {
                System.out.println("ok"); // says that it is there, not that it is through
                echo(Integer.parseInt(words[1]));
            } else {
                System.out.println(("ok " + obey(words)).stripTrailing());
            }
        }
        Runtime.getRuntime().halt(0); // the peer may be gone already: nothing to say goodbye to
    }

    private String obey(String[] words) {
        return switch (words[0]) {
            case "connect" -> connect(words[1]);
            case "prepare" ->
                prepare(Operation.valueOf(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
            case "run" -> Long.toString(run(Integer.parseInt(words[1])));
            case "latency" -> Long.toString(latency(Integer.parseInt(words[1]), 1, 0));
            case "first" -> Long.toString(latency(Integer.parseInt(words[1]), 1, IDLE_MILLIS));
            case "burst" -> Long.toString(latency(Integer.parseInt(words[1]), BURST, IDLE_MILLIS));
            case "ping" -> Long.toString(ping(Integer.parseInt(words[1]), false));
            case "pingdata" -> Long.toString(ping(Integer.parseInt(words[1]), true));
            case "fill" -> fill(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "sum" -> Long.toUnsignedString(sum(Long.parseLong(words[1])));
            case "create" -> Long.toString(scaling().create(words[1], Integer.parseInt(words[2])));
            case "aim" -> aim(Integer.parseInt(words[1]), words[2].equals("shuffled"));
            case "select" -> scaling().select(Integer.parseInt(words[1]));
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        };
    }

    private String connect(String hex) {
        peer = agent.loadPeer(HexFormat.of().parseHex(hex));
        return "";
    }

    private Peer peer() {
        if (peer == null) {
            throw new IllegalStateException("not connected");
        }
        return peer;
    }

    private ScalingWork scaling() {
        if (scaling == null) {
            scaling = new ScalingWork(agent, peer(), memory);
        }
        return scaling;
    }

    private String aim(int count, boolean shuffled) {
        scaling().aim(count, shuffled);
        return "";
    }

    private Transfer transfer() {
        if (transfer == null) {
            throw new IllegalStateException("nothing prepared");
        }
        return transfer;
    }

    /** Block by block through the memory, and from its start again. */
    private String prepare(Operation operation, long block, int count) {
        if (transfer != null) {
            transfer.close();
        }
        int slots = (int) (memory.byteSize() / block);
        int[] order = new int[count];
        Arrays.setAll(order, i -> i % slots);
        DescriptorList near = DescriptorList.blocks(memory, block).select(order);
        DescriptorList far = peer().region(0).blocks(block).select(order);
        transfer = agent.transfer(operation, near, peer(), far)
                .merging(false)
                .withNotifications()
                .prepare();
        return "";
    }

    private long run(int posts) {
        Transfer posted = transfer();
        long start = System.nanoTime();
        for (int i = 0; i < posts; i++) {
            post(posted);
        }
        return System.nanoTime() - start;
    }

    private static void post(Transfer posted) {
        posted.post();
        if (posted.await() != Status.SUCCESS) {
            throw new IllegalStateException(posted.failure().toString());
        }
    }

    /** The median of the times that so many posts take, with so long before each time that nothing happens. */
    private long latency(int times, int posts, long idleMillis) {
        Transfer posted = transfer();
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            idle(idleMillis * 1_000_000);
            long start = System.nanoTime();
            for (int k = 0; k < posts; k++) {
                post(posted);
            }
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[times / 2];
    }

    private static void idle(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
        }
    }

    private long ping(int rounds, boolean withData) {
        long start = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            if (withData) {
                pingWithData();
            } else {
                agent.sendNotification(peer(), PING);
            }
            agent.awaitNotification(LIMIT);
        }
        return System.nanoTime() - start;
    }

    private void pingWithData() {
        Transfer posted = transfer();
        posted.post(PING);
        if (posted.await() != Status.SUCCESS) {
            throw new IllegalStateException(posted.failure().toString());
        }
    }

    private void echo(int rounds) {
        for (int i = 0; i < rounds; i++) {
            agent.awaitNotification(LIMIT);
            agent.sendNotification(peer(), PONG);
        }
    }

    private String fill(long seed, long bytes) {
        for (long i = 0; i < bytes / Long.BYTES; i++) {
            memory.setAtIndex(JAVA_LONG, i, mix(seed + i));
        }
        return "";
    }

    private long sum(long bytes) {
        long s = 0;
        for (long i = 0; i < bytes / Long.BYTES; i++) {
            s = mix(s ^ memory.getAtIndex(JAVA_LONG, i));
        }
        return s;
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
