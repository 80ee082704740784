// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Config;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.NotificationSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Selecting, posting with a message, polling and awaiting: not one byte, on either thread. */
final class HotPathGarbageTest extends CoreFixture {
    private static final int POSTS = 100_000;
    private static final int ROUNDS = 8;

    /** A notification's own and those of an array of four: headers of 12 and 16 bytes, two references of 4, in steps of 8. */
    private static final long BYTES_OF_A_MESSAGE = 24 + 24;

    @TempDir
    Path folder;

    private Transfer choosing(int pairs, UnaryOperator<TransferBuilder> more) {
        return more.apply(agent.transfer(
                                Operation.WRITE,
                                agent.prepare(blocks(near, 16)),
                                agent.prepare(agent.self(), blocks(far, 16)))
                        .capacity(pairs)
                        .withNotifications())
                .prepare();
    }

    /** Every other block, so that nothing is merged. */
    private static int[] indices(int pairs) {
        int[] all = new int[pairs];
        for (int i = 0; i < pairs; i++) {
            all[i] = 2 * i;
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"1,false", "1,true", "1024,true"})
    void endsInline(int pairs, boolean bySink) {
        start();
        backend.onPost = bySink
                ? t -> {
                    t.complete(Status.SUCCESS);
                    return Status.IN_PROGRESS;
                }
                : t -> Status.SUCCESS;
        Transfer transfer = choosing(pairs, b -> b);
        int[] indices = indices(pairs);
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            for (int i = 0; i < POSTS; i++) {
                transfer.select(indices, indices, pairs);
                if (transfer.post("block \u00fc is there") != Status.SUCCESS || transfer.poll() != Status.SUCCESS) {
                    throw new AssertionError(transfer.failure());
                }
            }
            return 0;
        });
        assertThat(backend.last().message()).isEqualTo("block \u00fc is there");
    }

    @Test
    void withDeadlineStatisticsCallbackAndBytesBound() {
        start("agent.max_bytes_in_flight", "1M");
        backend.onPost = t -> Status.SUCCESS;
        AtomicLong calls = new AtomicLong();
        Transfer transfer = choosing(
                1,
                b -> b.deadline(Duration.ofSeconds(10)).statistics(true).onComplete((t, s) -> calls.incrementAndGet()));
        int[] indices = {7};
        byte[] message = new byte[100];
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            for (int i = 0; i < POSTS; i++) {
                transfer.select(indices, indices, 1);
                if (transfer.post(message, 3, 50) != Status.SUCCESS) {
                    throw new AssertionError(transfer.failure());
                }
            }
            return 0;
        });
        assertThat(calls.get()).isEqualTo(backend.last().posts.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void measuredByARule(boolean bySink) throws IOException {
        Path file = folder.resolve("jnixl.toml");
        Files.writeString(file, "[[selection]]\nby = \"measured\"\n");
        start(Config.of(file));
        backend.onPost = bySink
                ? t -> {
                    t.complete(Status.SUCCESS);
                    return Status.IN_PROGRESS;
                }
                : t -> Status.SUCCESS;
        Transfer transfer = choosing(1, b -> b);
        int[] indices = {7};
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            for (int i = 0; i < POSTS; i++) {
                transfer.select(indices, indices, 1);
                if (transfer.post("done") != Status.SUCCESS) {
                    throw new AssertionError(transfer.failure());
                }
            }
            return 0;
        });
        assertThat(agent.explain(transfer).toString()).contains("by measurement; not yet measured: 0 of 16 posts");
        assertThat(agent.explain(choosing(1, b -> b)).toString())
                .contains("over " + (backend.transfers.getFirst().posts.get() - 1) + " posts");
    }

    @Test
    void repostingFromTheCallback() {
        start();
        backend.onPost = t -> Status.SUCCESS;
        long[] left = new long[1];
        Transfer transfer = choosing(
                1,
                b -> b.onComplete((t, s) -> {
                    if (left[0]-- > 0) {
                        t.post();
                    }
                }));
        int[] indices = {7};
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            left[0] = POSTS;
            transfer.select(indices, indices, 1);
            transfer.post();
            return 0;
        });
    }

    @Test
    void refusedPosts() {
        start();
        Transfer busy = choosing(1, b -> b);
        Transfer empty = choosing(1, b -> b);
        int[] indices = {7};
        busy.select(indices, indices, 1);
        busy.post();
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            for (int i = 0; i < POSTS; i++) {
                if (busy.post() != Status.REPOST_ACTIVE || empty.post() != Status.INVALID_PARAM) {
                    throw new AssertionError();
                }
            }
            return 0;
        });
    }

    /** One who waits actively gets its message without the queue: what it allocates is what the caller keeps, object and bytes. */
    @Test
    void aWaitForAMessageAllocatesTheMessageAlone() {
        start("agent.progress", "spin");
        NotificationSink sink = backend.context.notifications();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(64).fill((byte) 7);
            backend.onProgress = () -> sink.offer("a", bytes, 8, 4);
            AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
                for (int i = 0; i < POSTS; i++) {
                    if (agent.awaitNotification(SOON).size() != 4) {
                        throw new AssertionError("not what was sent");
                    }
                }
                return -(long) POSTS * BYTES_OF_A_MESSAGE;
            });
        }
    }

    /** Ends on a thread of its own what is handed to it, and counts what it allocates. */
    private static final class Ender {
        private final AtomicReference<ScriptedTransfer> handed = new AtomicReference<>();
        private volatile boolean stopped;
        private final AtomicLong allocated = new AtomicLong();
        private final Thread thread = thread(this::run);

        private void run() {
            while (!stopped) {
                ScriptedTransfer next = handed.get();
                if (next == null) {
                    Thread.onSpinWait();
                    continue;
                }
                long before = AllocationMeter.here();
                handed.set(null);
                next.complete(Status.SUCCESS);
                long after = AllocationMeter.here();
                if (after != before) {
                    allocated.addAndGet(after - before);
                }
            }
        }

        long takeAllocated() {
            return allocated.getAndSet(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "adaptive", "park"})
    void endsOnAnotherThread(String progress) {
        start("agent.progress", progress);
        Ender ender = new Ender();
        backend.onPost = t -> {
            ender.handed.set(t);
            return Status.IN_PROGRESS;
        };
        Transfer transfer = choosing(1024, b -> b);
        int[] one = {7};
        int[] many = indices(1024);
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            for (int i = 0; i < POSTS / 5; i++) {
                if (i % 8 == 0) {
                    transfer.select(many, many, 1024);
                } else {
                    transfer.select(one, one, 1);
                }
                Status status = transfer.post("done");
                if (status.isError() || transfer.await() != Status.SUCCESS) {
                    throw new AssertionError(transfer.failure());
                }
            }
            return ender.takeAllocated();
        });
        ender.stopped = true;
        join(ender.thread);
    }

    @Test
    void notificationsThatArrive() {
        NotificationQueue queue = new NotificationQueue(64 << 10);
        MemorySegment message = Arena.global().allocate(48);
        for (int round = 0; round < 3 * ROUNDS; round++) {
            while (queue.offer("peer", message)) {
                Thread.onSpinWait();
            }
            queue.drain();
        }
        AllocationMeter.assertSomeRoundAllocatesNothing(ROUNDS, () -> {
            long taking = 0;
            for (int i = 0; i < POSTS; i++) {
                if (!queue.offer("peer", message)) {
                    long before = AllocationMeter.here();
                    queue.drain();
                    taking += AllocationMeter.here() - before;
                }
            }
            return -taking;
        });
    }
}
