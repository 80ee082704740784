// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Calls that overlap. */
final class ThreadClauses {
    static final String TOGETHER = "C-THREAD-1 eight threads may register, prepare, post and close at once";
    static final String VIRTUAL = "C-THREAD-2 virtual threads may call";
    private static final int THREADS = 8;
    private static final int ROUNDS = 40;
    private static final int POSTS = 10;
    private static final int SIZE = 4096;
    private static final String OVERLAP =
            "io.jnixl.spi: every method of Backend and BackendPeer may be called by several"
                    + " threads at once, except close";

    private ThreadClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(TOGETHER, OVERLAP, rig -> together(rig, Thread.ofPlatform().daemon()));
        c.everyWay(
                VIRTUAL,
                "io.jnixl.spi: threads may be virtual unless a method says otherwise",
                rig -> together(rig, Thread.ofVirtual()));
    }

    private static void together(Rig rig, Thread.Builder builder) throws InterruptedException {
        List<Far> far = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            far.add(rig.far(SIZE));
        }
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        List<Thread> threads = far.stream()
                .map(mine -> builder.start(() -> {
                    try {
                        work(rig, mine);
                    } catch (Throwable e) {
                        thrown.add(e);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable first = thrown.peek();
        if (first != null) {
            throw new AssertionError("one of several threads failed: " + first, first);
        }
    }

    private static void work(Rig rig, Far far) {
        for (int round = 0; round < ROUNDS; round++) {
            MemorySegment segment = Bytes.zeros(rig.stage().arena(), SIZE);
            Near near = new Near(segment, rig.near().register(segment));
            Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), SIZE);
            for (int i = 0; i < POSTS; i++) {
                segment.fill((byte) (round + i));
                Rig.succeed(x.post());
            }
            x.close();
            x.verifyEnds();
            if (round % POSTS == 0) {
                TransferClauses.assertSame("what a thread wrote", far.content(), near.content());
            }
            rig.near().release(near.memory());
        }
    }
}
