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
import io.jnixl.spi.RegisteredMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to posts when something they need goes away. */
class LossTest {
    private final TestAgent a = Agents.start("a");
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    /** A small transfer within the agent, to see that it is well. */
    private static Status smallCopy(TestAgent agent) {
        MemorySegment memory = Arena.ofAuto().allocate(64);
        RegisteredMemory registered = agent.register(memory);
        return agent.xfer(Operation.WRITE, registered, agent.self(), registered, 1)
                .add(memory.address(), memory.address() + 32, 32)
                .post()
                .end();
    }

    private List<Xfer> waitForRoom(LongCopy copy, int count) {
        Inbox full = new Inbox(0);
        b.notifications(full);
        List<Xfer> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add(a.xfer(Operation.WRITE, copy.local, copy.peer, a.load(copy.peer, copy.far, copy.theirs), 0)
                    .notifying("n" + i)
                    .post());
        }
        Await.until("refusal", () -> full.refused() > 3);
        return waiting;
    }

    @Test
    void thePeersBackendCloses() {
        LongCopy copy = new LongCopy(a, b, arena, arena);
        List<Xfer> waiting = waitForRoom(copy, 3);
        copy.start();
        Xfer queued = a.xfer(Operation.WRITE, copy.local, copy.peer, a.load(copy.peer, copy.far, copy.theirs), 0)
                .post();
        b.closeBackend();
        copy.far.fill((byte) 7); // nobody touches it any more
        assertThat(copy.xfer.end()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(queued.end()).isEqualTo(Status.REMOTE_DISCONNECT);
        waiting.forEach(x -> assertThat(x.end()).isEqualTo(Status.REMOTE_DISCONNECT));
        assertThat(copy.far.mismatch(MemorySegment.ofArray(filled((int) copy.far.byteSize(), 7))))
                .isEqualTo(-1);
        assertThat(a.lost()).containsExactly(copy.peer);
        assertThat(copy.xfer.transfer().post()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(smallCopy(a)).isEqualTo(Status.SUCCESS);
    }

    private static byte[] filled(int size, int value) {
        byte[] all = new byte[size];
        Arrays.fill(all, (byte) value);
        return all;
    }

    @Test
    void theAgentForgetsThePeer() {
        LongCopy copy = new LongCopy(a, b, arena, arena);
        List<Xfer> waiting = waitForRoom(copy, 3);
        copy.start();
        copy.peer.close();
        assertThat(copy.xfer.end()).isEqualTo(Status.REMOTE_DISCONNECT);
        waiting.forEach(x -> assertThat(x.end()).isEqualTo(Status.REMOTE_DISCONNECT));
        assertThat(copy.xfer.transfer().post()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(copy.peer.send(MemorySegment.ofArray(new byte[1]))).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThatThrownBy(() -> a.load(copy.peer, copy.far, copy.theirs)).hasMessageContaining("gone");
        assertThat(a.lost()).isEmpty();
        BackendPeer again = a.load(b);
        assertThat(a.load(again, copy.far, copy.theirs)).isNotNull();
    }

    @Test
    void thePeerDeregistersWhatIsBeingWritten() {
        LongCopy copy = new LongCopy(a, b, arena, arena).start();
        copy.theirs.close();
        copy.far.fill((byte) 7);
        assertThat(copy.xfer.end()).isEqualTo(Status.NOT_FOUND);
        assertThat(copy.far.mismatch(MemorySegment.ofArray(filled((int) copy.far.byteSize(), 7))))
                .isEqualTo(-1);
        assertThat(copy.xfer.outcome().message()).contains("\"b\" deregistered");
        assertThat(copy.xfer.outcome().column()).isNotNegative();
        assertThat(smallCopy(a)).isEqualTo(Status.SUCCESS);
        assertThat(b.inbox().drain()).isEmpty();
    }

    @Test
    void anArenaIsClosedTooEarly() {
        for (boolean near : new boolean[] {true, false}) {
            LongCopy copy;
            try (Arena early = Arena.ofShared()) {
                copy = new LongCopy(a, b, near ? early : arena, near ? arena : early).start();
            }
            assertThat(copy.xfer.end()).isEqualTo(Status.BACKEND);
            assertThat(copy.xfer.outcome().message()).contains("of 4194304 bytes", "IllegalStateException");
            assertThat(copy.xfer.outcome().remedy()).contains("arena");
            assertThat(copy.xfer.outcome().column()).isNotNegative();
            copy.local.close();
            copy.theirs.close();
            assertThat(smallCopy(a)).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aMappedFileIsTruncated(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("mapped");
        long size = 1 << 20;
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            MemorySegment far = arena.allocate(size);
            Xfer x = a.xfer(Operation.WRITE, a.register(mapped), a.self(), a.register(far), 2);
            channel.truncate(0);
            for (long bytes : new long[] {size, 8, 100}) {
                x.columns().clear();
                x.add(mapped.address(), far.address(), bytes).add(mapped.address() + 8192, far.address(), 4);
                assertThat(x.post().end()).as(bytes + " bytes").isEqualTo(Status.BACKEND);
                assertThat(x.outcome().remedy()).contains("truncate");
            }
            assertThat(smallCopy(a)).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aWorkerDiesAndTakesEveryPostWithIt() {
        LongCopy copy = new LongCopy(a, b, arena, arena);
        List<Xfer> waiting = waitForRoom(copy, 2);
        Xfer killer =
                a.xfer(Operation.WRITE, copy.local, a.self(), copy.local, 0).notifying("n");
        a.notifications((_, _, _, _) -> {
            throw new AssertionError("meant to kill");
        });
        Xfer hold = a.xfer(Operation.WRITE, copy.local, a.self(), copy.local, 0);
        List<Xfer> queued = new ArrayList<>();
        hold.outcome()
                .onEnd(
                        () -> { // on the worker: everything below is queued behind
                            killer.post();
                            for (int i = 0; i < 3; i++) {
                                queued.add(a.xfer(Operation.WRITE, copy.local, a.self(), copy.local, 0)
                                        .post());
                            }
                        });
        assertThat(hold.post().end()).isEqualTo(Status.SUCCESS);
        List<Xfer> all = new ArrayList<>(waiting);
        all.add(killer);
        all.addAll(queued);
        for (Xfer x : all) {
            assertThat(x.end()).isEqualTo(Status.BACKEND);
            assertThat(x.outcome().message()).contains("meant to kill");
        }
        Await.until("the backend's refusal", () -> killer.post().answer() == Status.BACKEND);
        a.closeBackend();
    }

    @Test
    void aCompletionSinkThatThrowsHarmsNobody() {
        RegisteredMemory memory = a.register(arena.allocate(8));
        Xfer x = a.xfer(Operation.WRITE, memory, a.self(), memory, 0);
        x.outcome().onEnd(() -> {
            throw new IllegalStateException("must not, but does");
        });
        x.post();
        assertThat(smallCopy(a)).isEqualTo(Status.SUCCESS);
    }

    @Test
    void theOwnBackendCloses() {
        LongCopy copy = new LongCopy(a, b, arena, arena);
        List<Xfer> waiting = waitForRoom(copy, 3);
        copy.start();
        Xfer queued =
                a.xfer(Operation.WRITE, copy.local, a.self(), copy.local, 0).post();
        a.closeBackend();
        // Closing ends everything: no waiting here.
        for (Xfer x : List.of(copy.xfer, queued, waiting.get(0), waiting.get(1), waiting.get(2))) {
            assertThat(x.outcome().ends()).isEqualTo(1);
            assertThat(x.outcome().status()).isEqualTo(Status.CANCELED);
        }
        assertThat(copy.reachedTheEnd()).isFalse();
        assertThat(queued.transfer().post()).isEqualTo(Status.CANCELED);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("jnixl-memory-a-"));
    }
}
