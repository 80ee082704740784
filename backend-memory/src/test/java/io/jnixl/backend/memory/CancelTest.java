// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Inbox;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelTest {
    private final TestAgent a = Agents.start("a");
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();
    private final MemorySegment near = arena.allocate(64).fill((byte) 1);
    private final MemorySegment far = arena.allocate(64);
    private final RegisteredMemory local = a.register(near);
    private final BackendPeer peer = a.load(b);
    private final RegionHandle remote = a.load(peer, far, b.register(far));

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    private Xfer write(String text) {
        return a.xfer(Operation.WRITE, local, peer, remote, 1)
                .add(near.address(), far.address(), 64)
                .notifying(text);
    }

    @Test
    void inTheQueue() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RegisteredMemory mine = a.register(arena.allocate(64));
        Xfer first = a.xfer(Operation.WRITE, local, a.self(), mine, 0);
        first.outcome().onEnd(() -> {
            blocked.countDown();
            Await.until("release", () -> release.getCount() == 0);
        });
        first.post();
        blocked.await();
        Xfer second = write("never").post();
        second.transfer().cancel();
        assertThat(second.outcome().ends()).isZero();
        release.countDown();
        assertThat(second.end()).isEqualTo(Status.CANCELED);
        assertThat(far.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        assertThat(b.inbox().drain()).isEmpty();
        assertThat(second.notifying("again").post().end()).isEqualTo(Status.SUCCESS);
        assertThat(far.get(ValueLayout.JAVA_BYTE, 63)).isEqualTo((byte) 1);
    }

    @Test
    void inTheMidstOfCopying() {
        LongCopy copy = new LongCopy(a, b, arena, arena).start();
        copy.xfer.transfer().cancel();
        assertThat(copy.xfer.end()).isEqualTo(Status.CANCELED);
        assertThat(copy.reachedTheEnd()).isFalse();
        copy.far.fill((byte) 9);
        assertThat(write("after").post().end()).isEqualTo(Status.SUCCESS);
        assertThat(copy.far.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
        assertThat(b.inbox().drain()).containsExactly("a:after");
    }

    @Test
    void whileWaitingForRoom() {
        Inbox full = new Inbox(0);
        b.notifications(full);
        List<Xfer> waiting = List.of(write("0"), write("1"), write("2"), write("3"));
        waiting.forEach(Xfer::post);
        Await.until("refusal", () -> full.refused() > 3);
        for (int i : new int[] {1, 0, 3}) { // within the lane, its head, its tail
            waiting.get(i).transfer().cancel();
            assertThat(waiting.get(i).end()).isEqualTo(Status.CANCELED);
        }
        Xfer last = write("4").post();
        b.notifications(new Inbox(10));
        assertThat(last.end()).isEqualTo(Status.SUCCESS);
        assertThat(waiting.get(2).end()).isEqualTo(Status.SUCCESS);
        assertThat(b.inbox().drain()).containsExactly("a:2", "a:4");
    }

    @Test
    void aLongCopyDoesNotKeepWaitingNotificationsFromLeaving() {
        Inbox full = new Inbox(0);
        b.notifications(full);
        Xfer waiting = write("patience").post();
        Await.until("refusal", () -> full.refused() > 0);
        LongCopy copy = new LongCopy(a, b, arena, arena).start();
        b.notifications(new Inbox(1));
        assertThat(waiting.end()).isEqualTo(Status.SUCCESS);
        copy.xfer.transfer().cancel();
        assertThat(copy.xfer.end()).isEqualTo(Status.CANCELED);
    }
}
