// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A paged KV cache: 100 000 blocks on both sides are prepared once, and each request moves other blocks, by index. Both
 * agents live in this process; two processes differ in how the metadata travels, and in nothing else.
 *
 * @since 0.1
 */
public final class PagedKvCache {
    static final int BLOCKS = 100_000;
    static final int BLOCK_BYTES = 512;
    static final int MOST_PER_REQUEST = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PrintStream out;
    private final SplittableRandom random;
    private final int[] myBlocks = shuffleable();
    private final int[] theirBlocks = shuffleable();

    /** What each of their blocks must hold: the stamp of the request that wrote it last. */
    private final long[] stamps = new long[BLOCKS];

    private PagedKvCache(long seed, PrintStream out) {
        this.random = new SplittableRandom(seed);
        this.out = out;
    }

    /** Runs ten requests. */
    public static void main(String[] args) {
        run(10, System.nanoTime(), System.out);
    }

    /** The number of blocks that were moved, all of them checked. */
    static long run(int requests, long seed, PrintStream out) {
        out.println("seed " + seed);
        return new PagedKvCache(seed, out).run(requests);
    }

    private long run(int requests) {
        try (Agent prefill = Agent.create("prefill-0");
                Agent decode = Agent.create("decode-0");
                Allocation mine = prefill.allocate((long) BLOCKS * BLOCK_BYTES);
                Allocation theirs = decode.allocate((long) BLOCKS * BLOCK_BYTES)) {
            Peer peer = prefill.loadPeer(decode.metadata()); // after allocating: the metadata names what is registered
            DescriptorList local =
                    DescriptorList.blocks(mine.segment(), BLOCK_BYTES); // three numbers, not 100 000 objects
            DescriptorList remote = peer.region(0).blocks(BLOCK_BYTES);
            try (Prepared from = prefill.prepare(local);
                    Prepared to = prefill.prepare(peer, remote);
                    Transfer push = prefill.transfer(Operation.WRITE, from, to)
                            .label("push")
                            .capacity(MOST_PER_REQUEST)
                            .deadline(PATIENCE)
                            .withNotifications()
                            .prepare()) {
                long moved = 0;
                for (int request = 1; request <= requests; request++) {
                    moved += serve(request, push, mine.segment(), decode);
                    check(theirs.segment());
                }
                out.println(moved + " blocks of " + BLOCK_BYTES + " bytes moved by " + requests + " requests with "
                        + push.backend() + ", every block checked");
                return moved;
            }
        }
    }

    /** Moves some blocks of the cache to some others: two block tables and no allocation. */
    private int serve(int request, Transfer push, MemorySegment cache, Agent decode) {
        int count = 1 + random.nextInt(MOST_PER_REQUEST);
        shuffle(myBlocks, count);
        shuffle(theirBlocks, count);
        for (int i = 0; i < count; i++) {
            stamps[theirBlocks[i]] = fill(cache, myBlocks[i], request);
        }
        push.select(myBlocks, theirBlocks, count);
        push.post("request " + request);
        if (push.await() != Status.SUCCESS) {
            throw new IllegalStateException(
                    push.failure().toString()); // which peer, backend, descriptor, and what to do
        }
        Notification done = decode.awaitNotification("prefill-0", PATIENCE); // comes after the bytes
        out.println(done.from() + ": " + done.text() + ", " + count + " blocks");
        return count;
    }

    /** Fills a block with numbers that tell the request, the block and the place in it; answers the first of them. */
    private static long fill(MemorySegment cache, int block, int request) {
        long stamp = (long) request << 48 | (long) block << 16;
        for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
            cache.set(JAVA_LONG, (long) block * BLOCK_BYTES + at, stamp + at);
        }
        return stamp;
    }

    /** Looks at all of their blocks: those of this request, and those that it must have left alone. */
    private void check(MemorySegment cache) {
        for (int block = 0; block < BLOCKS; block++) {
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                long expected = stamps[block] == 0 ? 0 : stamps[block] + at;
                long found = cache.get(JAVA_LONG, (long) block * BLOCK_BYTES + at);
                if (found != expected) {
                    throw new IllegalStateException("block " + block + " holds " + Long.toHexString(found) + " at " + at
                            + ", expected " + Long.toHexString(expected));
                }
            }
        }
    }

    private static int[] shuffleable() {
        int[] blocks = new int[BLOCKS];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = i;
        }
        return blocks;
    }

    /** Brings different blocks, chosen at random, to the front. */
    private void shuffle(int[] blocks, int count) {
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, blocks.length);
            int block = blocks[other];
            blocks[other] = blocks[i];
            blocks[i] = block;
        }
    }
}
