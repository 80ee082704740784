// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * 32 threads, half of them virtual, on one pair of agents: registering, creating, aiming, posting, cancelling and closing all at
 * once, every byte of what succeeded compared.
 */
class ConcurrencyTest {
    private static final int THREADS = 32;
    private static final int BLOCK = 256;
    private static final int BLOCKS = 64;
    private static final long SECONDS = Long.getLong("jnixl.test.seconds", 8);

    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicLong refusedCloses = new AtomicLong();

    @Test
    void everythingAtOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (Agent near = agent("near");
                Agent far = agent("far");
                ExecutorService platform = Executors.newFixedThreadPool(THREADS / 2);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                SplittableRandom random = new SplittableRandom(seed + t);
                runs.add((t % 2 == 0 ? platform : virtual).submit(() -> {
                    while (System.nanoTime() < end) {
                        episode(near, far, random);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(SECONDS + 60, TimeUnit.SECONDS);
            }
            assertThat(moved).as("verified posts").hasPositiveValue();
            assertThat(cancelled).as("cancelled posts").hasPositiveValue();
            assertThat(refusedCloses)
                    .as("closes refused while a transfer holds")
                    .hasPositiveValue();
            assertThat(near.statistics().transfers()).isZero();
            assertThat(near.statistics().registrations()).isZero();
            assertThat(far.statistics().registrations()).isZero();
            assertThat(near.statistics().inFlight()).isZero();
            System.out.println(
                    moved + " posts verified, " + cancelled + " cancelled, " + refusedCloses + " closes refused");
        }
    }

    private static Agent agent(String name) {
        return Agent.builder(name)
                .config(Config.empty().with("agent.backends", "MEMORY"))
                .build();
    }

    /** One registration on each side, some transfers between them, all closed at the end. */
    private void episode(Agent near, Agent far, SplittableRandom random) {
        try (Allocation mine = near.allocate((long) BLOCK * BLOCKS);
                Allocation theirs = far.allocate((long) BLOCK * BLOCKS)) {
            Peer peer = near.loadPeer(far.partialMetadata(List.of(theirs.registration()), true, List.of()));
            DescriptorList remoteBlocks = DescriptorList.blocks(theirs.segment(), BLOCK);
            try (Prepared local = near.prepare(DescriptorList.blocks(mine.segment(), BLOCK));
                    Prepared remote = near.prepare(peer, remoteBlocks);
                    Transfer transfer = near.transfer(Operation.WRITE, local, remote)
                            .label("held by " + Thread.currentThread().threadId())
                            .capacity(BLOCKS)
                            .prepare()) {
                closeIsRefused(mine, transfer);
                for (int i = 0; i < 20; i++) {
                    post(transfer, mine.segment(), theirs.segment(), random);
                }
            }
        }
    }

    private void closeIsRefused(Allocation mine, Transfer transfer) {
        assertThatThrownBy(mine::close).isInstanceOfSatisfying(NixlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
            assertThat(e).hasMessageContaining(transfer.label());
        });
        refusedCloses.incrementAndGet();
    }

    private void post(Transfer transfer, MemorySegment from, MemorySegment to, SplittableRandom random) {
        int n = 1 + random.nextInt(BLOCKS);
        int[] locals = random.ints(n, 0, BLOCKS).toArray();
        int[] remotes = permutation(random, n);
        long stamp = random.nextLong();
        for (long at = 0; at < from.byteSize(); at += Long.BYTES) {
            from.set(JAVA_LONG, at, stamp + at);
        }
        transfer.select(locals, remotes, n);
        assertThat(transfer.post()).isIn(Status.IN_PROGRESS, Status.SUCCESS);
        if (random.nextInt(4) == 0) {
            transfer.cancel().join(); // nothing touches the memory any more, or the next round would see it
            assertThat(transfer.poll()).isIn(Status.CANCELED, Status.SUCCESS);
            cancelled.incrementAndGet();
            return;
        }
        assertThat(transfer.await()).as(() -> transfer.failure().toString()).isEqualTo(Status.SUCCESS);
        verify(to, locals, remotes, stamp);
        moved.incrementAndGet();
    }

    private static int[] permutation(SplittableRandom random, int n) {
        int[] order = new int[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return java.util.Arrays.copyOf(order, n);
    }

    private static void verify(MemorySegment to, int[] locals, int[] remotes, long stamp) {
        for (int i = 0; i < locals.length; i++) {
            for (int at = 0; at < BLOCK; at += Long.BYTES) {
                long expected = stamp + (long) locals[i] * BLOCK + at;
                long found = to.get(JAVA_LONG, (long) remotes[i] * BLOCK + at);
                if (found != expected) {
                    throw new AssertionError(
                            "pair " + i + " offset " + at + ": expected " + expected + ", found " + found);
                }
            }
        }
    }
}
