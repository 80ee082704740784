// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole path, api to bytes: aim at other blocks, post with a notification, wait. Neither the posting thread nor those of the
 * backend allocate anything.
 *
 * <p>On a machine with more to do than processors, the far agent may not run for so long that the near one, whose messages
 * wait for room, looks whether a killed process is in the way (ADR 17). It reads files of /proc then, once a second or so, which costs
 * 200 KB each time: that is no post's garbage, so a part in which it looks says nothing of the backend's threads, and is
 * measured again. Nor is the thread counted that looks at UCX's TCP sockets once a second (ADR 36), which moves nothing and reads of /proc, too.
 */
class ZeroGarbageTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 20_000;

    /**
     * A run may see the compiler change its mind once, which brings objects to life that it had taken apart; what allocates per
     * post shows in every run.
     */
    private static final int ATTEMPTS = 4;

    /** Posts between two drains; the queue has grown to hold as many after the warm-up, and never holds more. */
    private static final int PART = 2_000;

    /** Until the last message of a part is there, on a machine that has other things to do. */
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private static final String LOOKS_AT_SOCKETS = "jnixl-ucx-tcp-";

    private static final int BLOCK = 64;
    private static final int BLOCKS = 4096;

    @ParameterizedTest
    @CsvSource({"1, 100000", "1024, 100000"})
    void inMemory(int descriptors, int posts) {
        selectAndPostWithNotificationAllocateNothing("MEMORY", descriptors, posts);
    }

    @ParameterizedTest
    @CsvSource({"1, 100000", "1024, 100000"})
    @NeedsNative(Native.UCX)
    void overUcx(int descriptors, int posts) {
        selectAndPostWithNotificationAllocateNothing("UCX", descriptors, posts);
    }

    private static void selectAndPostWithNotificationAllocateNothing(String backend, int descriptors, int posts) {
        try (Agent near = agent("near", backend);
                Agent far = agent("far", backend);
                Allocation mine = near.allocate((long) BLOCK * BLOCKS);
                Allocation _ = far.allocate((long) BLOCK * BLOCKS)) {
            Peer peer = near.loadPeer(far.metadata());
            try (Prepared local = near.prepare(DescriptorList.blocks(mine.segment(), BLOCK));
                    Prepared remote = near.prepare(peer, peer.region(0).blocks(BLOCK));
                    Transfer transfer = near.transfer(Operation.WRITE, local, remote)
                            .capacity(descriptors)
                            .withNotifications()
                            .prepare()) {
                Run run = new Run(near, far, transfer, descriptors);
                run.rounds(descriptors == 1 ? WARM_UP : WARM_UP / 4);
                for (int attempt = 0; attempt < ATTEMPTS && run.posterBytes + run.backendBytes != 0; attempt++) {
                    run.measure(posts);
                }
                assertThat(run.posterBytes).as("posting thread").isZero();
                assertThat(run.backendBytes).as("threads of the backend").isZero();
                assertThat(near.statistics().failures()).isZero();
            }
        }
    }

    private static Agent agent(String name, String backend) {
        return Agent.builder(name)
                .config(Config.empty().with("agent.backends", backend))
                .build();
    }

    private static final class Run {
        private static final byte[] MESSAGE = {'l', 'a', 'y', 'e', 'r'};

        private final Agent near;
        private final Agent far;
        private final Transfer transfer;
        private final int descriptors;
        private final int[][] tables = new int[16][];
        private long posterBytes = -1;
        private long backendBytes = -1;

        Run(Agent near, Agent far, Transfer transfer, int descriptors) {
            this.near = near;
            this.far = far;
            this.transfer = transfer;
            this.descriptors = descriptors;
            SplittableRandom random = new SplittableRandom(7);
            Arrays.setAll(tables, t -> random.ints(descriptors, 0, BLOCKS).toArray());
        }

        void rounds(int posts) {
            for (int done = 0; done < posts; done += PART) {
                postPart();
                drainPart();
            }
        }

        private void postPart() {
            for (int i = 0; i < PART; i++) {
                post(i);
            }
        }

        /** Also those that are still on their way. */
        private void drainPart() {
            for (int left = PART; left > 0; left -= 1 + far.drainNotifications().size()) {
                far.awaitNotification(ARRIVAL);
            }
        }

        private void post(int i) {
            transfer.select(tables[i & 15], tables[(i + 5) & 15], descriptors);
            Status status = transfer.post(MESSAGE);
            if (status != Status.SUCCESS && status != Status.IN_PROGRESS) {
                throw new AssertionError(transfer.failure());
            }
            if (transfer.await() != Status.SUCCESS) {
                throw new AssertionError(transfer.failure());
            }
        }

        void measure(int posts) {
            long[] workers = Thread.getAllStackTraces().keySet().stream()
                    .filter(t ->
                            t.getName().startsWith("jnixl-") && !t.getName().startsWith(LOOKS_AT_SOCKETS))
                    .mapToLong(Thread::threadId)
                    .toArray();
            assertThat(workers).isNotEmpty();
            posterBytes = 0;
            backendBytes = 0;
            int parts = posts / PART;
            int disturbed = 0;
            for (int done = 0; done < parts; ) {
                if (measurePart(workers)) {
                    done++;
                } else {
                    assertThat(++disturbed)
                            .as("parts in which the backend stood still")
                            .isLessThanOrEqualTo(parts);
                }
            }
        }

        /**
         * Draining makes notifications, which are objects, on this thread: there it is left out. What this thread allocated counts
         * in any case; false when what the others did is not known.
         */
        private boolean measurePart(long[] workers) {
            long self = Thread.currentThread().threadId();
            long looks = looksForRemains();
            long others = allocatedBy(workers);
            long mine = THREADS.getThreadAllocatedBytes(self);
            postPart();
            posterBytes += THREADS.getThreadAllocatedBytes(self) - mine;
            drainPart();
            others = allocatedBy(workers) - others;
            if (looksForRemains() != looks) {
                return false;
            }
            backendBytes += others;
            return true;
        }

        private static long allocatedBy(long[] threads) {
            return Arrays.stream(THREADS.getThreadAllocatedBytes(threads)).sum();
        }

        /** By the near agent's backend, in the whole process; does not answer in the middle of one. */
        private long looksForRemains() {
            return near.backendStatistics().stream()
                    .mapToLong(s -> s.counters().getOrDefault("remains_looks_total", 0L))
                    .sum();
        }
    }
}
