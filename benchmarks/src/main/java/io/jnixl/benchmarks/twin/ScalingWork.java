// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import com.sun.management.ThreadMXBean;
import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What {@link Scaling} asks an agent to do. Of the blocks every other one is used, so that nothing merges. */
final class ScalingWork {
    private static final long BLOCK = 8;
    private static final long SEED = 42;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Agent agent;
    private final Peer peer;
    private final MemorySegment memory;
    private final Prepared near;
    private final Prepared far;
    private int[] order = {};
    private @Nullable Transfer transfer;

    @SuppressWarnings("MustBeClosedChecker") // the agent closes them with itself
    ScalingWork(Agent agent, Peer peer, MemorySegment memory) {
        this.agent = agent;
        this.peer = peer;
        this.memory = memory;
        near = agent.prepare(DescriptorList.blocks(memory, BLOCK));
        far = agent.prepare(peer, peer.region(0).blocks(BLOCK));
    }

    /** Makes a transfer, and answers the nanoseconds. */
    long create(String from, int count) {
        if (from.equals("indices")) {
            int[] indices = shuffled(count);
            long start = System.nanoTime();
            try (Transfer made = agent.transfer(Operation.WRITE, near, far)
                    .select(indices, indices, count)
                    .prepare()) {
                return elapsed(start, made);
            }
        }
        int[] indices = shuffled(count);
        DescriptorList nearList = list(memory.address(), indices);
        DescriptorList farList = list(peer.region(0).address(), indices);
        long start = System.nanoTime();
        try (Transfer made =
                agent.transfer(Operation.WRITE, nearList, peer, farList).prepare()) {
            return elapsed(start, made);
        }
    }

    private static long elapsed(long start, Transfer made) {
        long nanos = System.nanoTime() - start;
        if (made.selected() == 0) {
            throw new IllegalStateException("nothing selected");
        }
        return nanos;
    }

    private static DescriptorList list(long address, int[] indices) {
        long[] addresses = new long[indices.length];
        long[] lengths = new long[indices.length];
        Arrays.setAll(addresses, i -> address + BLOCK * indices[i]);
        Arrays.fill(lengths, BLOCK);
        return DescriptorList.of(MemoryKind.DRAM, 0, addresses, lengths);
    }

    /** Gets ready to select so many. */
    void aim(int count, boolean shuffled) {
        if (transfer != null) {
            transfer.close();
        }
        order = shuffled ? shuffled(count) : ordered(count);
        transfer = agent.transfer(Operation.WRITE, near, far).capacity(count).prepare();
    }

    /** Selects and posts; answers the nanoseconds of both, and the bytes that the process has allocated meanwhile. */
    String select(int posts) {
        Transfer aimed = transfer;
        if (aimed == null) {
            throw new IllegalStateException("not aimed");
        }
        int count = order.length;
        long selecting = 0;
        long posting = 0;
        long allocated = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < posts; i++) {
            long start = System.nanoTime();
            aimed.select(order, order, count);
            long middle = System.nanoTime();
            aimed.post();
            if (aimed.await() != Status.SUCCESS) {
                throw new IllegalStateException(aimed.failure().toString());
            }
            selecting += middle - start;
            posting += System.nanoTime() - middle;
        }
        return selecting + " " + posting + " " + (threads.getTotalThreadAllocatedBytes() - allocated);
    }

    private static int[] ordered(int count) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> 2 * i);
        return order;
    }

    private static int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = ordered(count);
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return order;
    }
}
