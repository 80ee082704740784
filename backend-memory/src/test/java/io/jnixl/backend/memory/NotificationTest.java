// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Inbox;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
    private final TestAgent a = Agents.start("a", ProgressPolicy.PARK, Map.of("chunk", "64K", "copy_threads", "2"));
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();
    private final MemorySegment near = arena.allocate(4096, 8);
    private final MemorySegment far = arena.allocate(4096, 8);
    private final RegisteredMemory local = a.register(near);
    private final BackendPeer peer = a.load(b);
    private final RegionHandle remote = a.load(peer, far, b.register(far));

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    private Xfer write() {
        return a.xfer(Operation.WRITE, local, peer, remote, 1).add(near.address(), far.address(), 4096);
    }

    /** Compares all words with the first inside the sink, that is on the sender's thread, and again on a reader's. */
    @ParameterizedTest
    @EnumSource
    void theBytesAreThereWhenTheNotificationIs(Operation operation) {
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger torn = new AtomicInteger();
        b.notifications((_, _, _, _) -> {
            seen.incrementAndGet();
            return true;
        });
        MemorySegment target = operation == Operation.WRITE ? far : near;
        MemorySegment source = operation == Operation.WRITE ? near : far;
        Xfer x = a.xfer(operation, local, peer, remote, 1)
                .add(near.address(), far.address(), 4096)
                .notifying("go");
        int rounds = 10_000;
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            for (int round = 1; round <= rounds; round++) {
                while (seen.get() < round) {
                    Thread.onSpinWait();
                }
                for (long at = 0; at < 4096; at += 8) {
                    if (target.get(ValueLayout.JAVA_LONG, at) < round) {
                        torn.incrementAndGet();
                    }
                }
            }
        });
        for (int round = 1; round <= rounds; round++) {
            for (long at = 0; at < 4096; at += 8) {
                source.set(ValueLayout.JAVA_LONG, at, round);
            }
            x.post().end();
        }
        reader.join();
        assertThat(torn).hasValue(0);
        assertThat(seen).hasValue(rounds);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void aTinySinkLosesNothingAndKeepsTheOrder(int capacity) {
        int count = 500;
        Inbox inbox = new Inbox(capacity);
        b.notifications(inbox);
        Xfer[] all = new Xfer[count];
        for (int i = 0; i < count; i++) {
            all[i] = write().notifying("n" + i);
        }
        CompletableFuture<List<String>> reader = CompletableFuture.supplyAsync(() -> inbox.collect(count));
        // One copy at a time, so that "order of the sender" is known; the deliveries pile up nevertheless.
        for (int i = 0; i < count; i++) {
            all[i].post();
            if (capacity > 1) {
                all[i].end();
            }
        }
        List<String> got = reader.join();
        for (Xfer x : all) {
            assertThat(x.end()).isEqualTo(Status.SUCCESS);
        }
        List<String> expected =
                IntStream.range(0, count).mapToObj(i -> "a:n" + i).toList();
        if (capacity > 1) {
            assertThat(got).isEqualTo(expected);
        } else {
            assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(inbox.refused()).isPositive();
        }
    }

    @Test
    void waitingMessagesLeaveInTheOrderInWhichTheyCame() {
        try (TestAgent c = Agents.start("c")) { // one copy thread: posts are carried out in order
            RegisteredMemory memory = c.register(near);
            BackendPeer toB = c.load(b);
            Inbox inbox = new Inbox(1);
            b.notifications(inbox);
            List<Xfer> all = IntStream.range(0, 100)
                    .mapToObj(i -> c.xfer(Operation.WRITE, memory, toB, c.load(toB, far, b.register(far)), 1)
                            .notifying("n" + i)
                            .post())
                    .toList();
            assertThat(inbox.collect(all.size()))
                    .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "c:n" + i).toList());
            assertThat(inbox.refused()).isPositive();
            all.forEach(x -> assertThat(x.end()).isEqualTo(Status.SUCCESS));
        }
    }

    /** The thread that met the full sink is busy; some other one must see to what waits. */
    @Test
    void aMessageOfAFileTransferLeavesWhileFileThreadsAreBusy(@TempDir Path folder) {
        try (TestAgent c = Agents.start("c", ProgressPolicy.PARK, Map.of("file_threads", "1"))) {
            RegisteredMemory memory = c.register(near);
            RegisteredMemory file = c.file("rw,create:" + folder.resolve("f"));
            Inbox full = new Inbox(0);
            c.notifications(full);
            Xfer waiting = c.xfer(Operation.WRITE, memory, c.self(), file, 1)
                    .add(near.address(), 0, 10)
                    .notifying("n");
            Xfer busy = c.xfer(Operation.WRITE, memory, c.self(), file, 0);
            busy.outcome().onEnd(() -> {
                c.notifications(new Inbox(1));
                waiting.end();
            });
            waiting.post();
            assertThat(busy.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(waiting.outcome().status()).isEqualTo(Status.SUCCESS);
            assertThat(full.refused()).isPositive();
        }
    }

    @Test
    void aFullSinkHoldsUpNobodyElse() {
        b.notifications(new Inbox(0));
        Xfer stuck = write().notifying("stuck").post();
        Await.until("refusal", () -> b.inbox().refused() > 3);
        assertThat(write().post().end()).isEqualTo(Status.SUCCESS);
        RegisteredMemory mine = a.register(far);
        assertThat(a.xfer(Operation.WRITE, local, a.self(), mine, 1)
                        .notifying("to myself")
                        .post()
                        .end())
                .isEqualTo(Status.SUCCESS);
        assertThat(stuck.outcome().ends()).isZero();
        b.notifications(new Inbox(1));
        assertThat(stuck.end()).isEqualTo(Status.SUCCESS);
        assertThat(b.inbox().drain()).containsExactly("a:stuck");
    }

    @Test
    void messagesWithoutATransfer() {
        b.notifications(new Inbox(1));
        MemorySegment text = arena.allocateFrom("hello").asSlice(0, 5);
        assertThat(peer.send(text)).isEqualTo(Status.SUCCESS);
        assertThat(peer.send(text)).isEqualTo(Status.NOT_ALLOWED);
        assertThat(b.inbox().drain()).containsExactly("a:hello");
        assertThatThrownBy(() -> peer.send(MemorySegment.ofArray(new byte[MemoryBackend.MAX_MESSAGE + 1])))
                .hasMessageContaining("longer than 1048576");
        b.closeBackend();
        assertThat(peer.send(text)).isEqualTo(Status.REMOTE_DISCONNECT);
    }

    @Test
    void aSinkThatThrowsFailsThatTransferOnly() {
        NotificationSink good = b.inbox();
        b.notifications((_, _, _, _) -> {
            throw new IllegalArgumentException("boom");
        });
        Xfer x = write().notifying("n");
        assertThat(x.post().end()).isEqualTo(Status.BACKEND);
        assertThat(x.outcome().message()).contains("all bytes moved", "boom");
        b.notifications(good);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
    }
}
