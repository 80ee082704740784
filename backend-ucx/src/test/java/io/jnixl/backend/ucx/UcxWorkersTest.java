// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Meters;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That several workers work side by side, and go together. */
@NeedsNative(Native.UCX)
class UcxWorkersTest {
    private static final int WORKERS = 4;
    private static final int SIZE = 4096;
    private static final String SHARED_MEMORY = "";
    private static final String TCP = "TLS=tcp,self";

    private final Arena arena = Arena.ofShared();
    private final TestAgents agents = new TestAgents();

    @AfterEach
    void closeAll() {
        agents.close();
        arena.close();
    }

    private TestAgent agent(String name, int workers, String engineConfig) {
        return agents.make(name, Map.of("num_workers", Integer.toString(workers), "engine_config", engineConfig));
    }

    /** An agent with several workers, and transfers of it to one with a single one: one transfer for each worker. */
    private final class Pair {
        final TestAgent far;
        final TestAgent near;
        final UcxPeer peer;
        final List<Xfer> transfers = new ArrayList<>();
        final List<MemorySegment> sources = new ArrayList<>();
        final List<MemorySegment> targets = new ArrayList<>();

        Pair(String engineConfig) {
            far = agent("far", 1, engineConfig);
            near = agent("near", WORKERS, engineConfig);
            peer = (UcxPeer) near.load(far);
            for (int i = 0; i < WORKERS; i++) {
                add();
            }
        }

        void add() {
            MemorySegment source = arena.allocate(SIZE, Long.BYTES);
            MemorySegment target = arena.allocate(SIZE, Long.BYTES);
            source.fill((byte) (sources.size() + 1));
            RegisteredMemory local = near.register(source);
            RegionHandle remote = near.load(peer, target, far.register(target));
            sources.add(source);
            targets.add(target);
            transfers.add(
                    near.xfer(Operation.WRITE, local, peer, remote, 1).add(source.address(), target.address(), SIZE));
        }

        UcxLane lane(int i) {
            return ((UcxTransfer) transfers.get(i).transfer()).lane();
        }

        int worker(int i) {
            return lane(i).worker().index();
        }
    }

    private static void assertEnd(Xfer transfer, Status expected) {
        assertThat(transfer.end()).isEqualTo(expected);
        transfer.verifyEnds();
    }

    @Test
    void eachTransferIsBoundToTheWorkerWithTheFewest() {
        Pair pair = new Pair(SHARED_MEMORY);
        assertThat(IntStream.range(0, WORKERS).map(pair::worker)).containsExactly(0, 1, 2, 3);

        pair.transfers.get(2).close();
        pair.add();
        pair.add();

        assertThat(pair.worker(WORKERS)).as("the place that was free again").isEqualTo(2);
        assertThat(pair.worker(WORKERS + 1)).isEqualTo(0);
    }

    /** Whoever owns a worker keeps all from it, so what goes on meanwhile does so on another one. */
    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void whatRunsOnOneWorkerWaitsForNoOther(String engineConfig) {
        Pair pair = new Pair(engineConfig);
        pair.peer.connect();
        List<UcxWorker> held = IntStream.range(0, WORKERS - 1)
                .mapToObj(i -> pair.lane(i).worker())
                .toList();
        held.forEach(UcxWorker::own);
        try {
            Xfer free = pair.transfers.get(WORKERS - 1);
            for (int i = 0; i < 100; i++) {
                assertEnd(free.notifying("n" + i).post(), Status.SUCCESS);
            }
            Xfer waiting = pair.transfers.getFirst().post();
            assertThat(waiting.isInFlight()).isTrue();
        } finally {
            held.forEach(UcxWorker::disown);
        }
        assertEnd(pair.transfers.getFirst(), Status.SUCCESS);
        assertThat(pair.far.inbox().collect(100))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "near:n" + i).toList());
        assertThat(pair.targets.getLast().mismatch(pair.sources.getLast())).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void severalThreadsPostOnWorkersOfTheirOwn(String engineConfig) throws InterruptedException {
        Pair pair = new Pair(engineConfig);
        int posts = 500;
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, WORKERS)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    try {
                        for (int n = 0; n < posts; n++) {
                            assertEnd(
                                    pair.transfers.get(i).notifying(i + "," + n).post(), Status.SUCCESS);
                        }
                    } catch (Throwable t) {
                        thrown.add(t);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).isEmpty();
        List<String> messages = pair.far.inbox().collect(WORKERS * posts);
        for (int i = 0; i < WORKERS; i++) {
            String mine = "near:" + i + ",";
            assertThat(messages.stream().filter(m -> m.startsWith(mine)))
                    .as("messages of worker %d, in order", i)
                    .containsExactlyElementsOf(
                            IntStream.range(0, posts).mapToObj(n -> mine + n).toList());
            assertThat(pair.targets.get(i).mismatch(pair.sources.get(i))).isEqualTo(-1);
        }
    }

    @Test
    void postingAllocatesNothingOnAnyWorker() {
        Pair pair = new Pair(SHARED_MEMORY);
        measure(pair.transfers.getFirst().notifying("x"), 20_000);
        for (Xfer transfer : pair.transfers) {
            transfer.notifying("x");
            long least = Long.MAX_VALUE;
            measure(transfer, 500);
            for (int i = 0; i < 5 && least > 0; i++) {
                least = Math.min(least, measure(transfer, 1_000));
            }
            assertThat(least).as("bytes on the posting thread").isZero();
            pair.far.inbox().drain();
        }
    }

    /** Bytes that posting and progressing allocated. */
    private static long measure(Xfer transfer, int posts) {
        long thread = Thread.currentThread().threadId();
        long sum = 0;
        for (int i = 0; i < posts; i++) {
            long before = Meters.allocatedBytes(thread);
            transfer.post();
            while (transfer.isInFlight()) {
                transfer.transfer().poll();
            }
            sum += Meters.allocatedBytes(thread) - before;
        }
        return sum;
    }

    @Test
    void aPeerThatGoesIsLostOnceAndOnAllWorkers() {
        Pair pair = new Pair(TCP);
        pair.peer.connect();
        pair.far.closeBackend();
        Await.until("that the peer is lost", () -> !pair.near.lost().isEmpty());
        for (Xfer transfer : pair.transfers) {
            assertEnd(transfer.post(), Status.REMOTE_DISCONNECT);
        }
        Await.until("that all lanes are closed", pair.peer::isClosed);
        assertThat(pair.near.lost()).containsExactly(pair.peer);
        assertGone(pair);
    }

    private void assertGone(Pair pair) {
        MemoryRegion range =
                MemoryRegion.raw(MemoryKind.DRAM, 0, pair.targets.getFirst().address(), SIZE);
        byte[] key = keyOf(pair.near); // a sound one, of whomever
        assertThatThrownBy(() -> pair.peer.load(range, key))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND))
                .hasMessageContaining("the peer is gone");
        assertThat(pair.peer.send(MemorySegment.ofArray(new byte[1]))).isEqualTo(Status.REMOTE_DISCONNECT);
    }

    private byte[] keyOf(TestAgent agent) {
        return agent.register(arena.allocate(SIZE, Long.BYTES)).publicData();
    }

    /** As when the network between two of them breaks: one worker alone finds out. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void oneLaneThatFailsTakesTheOthersAlong(int failing) {
        Pair pair = new Pair(TCP);
        pair.peer.connect();
        UcxLane lane = pair.lane(failing);
        lane.worker().own();
        try {
            lane.dropAfter(UcpStatus.CONNECTION_RESET);
            lane.worker().progress();
        } finally {
            lane.worker().disown();
        }
        Await.until("that all lanes are closed", pair.peer::isClosed);
        assertThat(pair.near.lost()).containsExactly(pair.peer);
        for (Xfer transfer : pair.transfers) {
            assertEnd(transfer.post(), Status.REMOTE_DISCONNECT);
            assertThat(transfer.outcome().message()).contains("gone");
        }
        assertGone(pair);
    }

    @Test
    void closingAPeerClosesAllItsLanesAndLosesNothing() {
        Pair pair = new Pair(SHARED_MEMORY);
        pair.transfers.forEach(transfer -> transfer.notifying("x").post());
        pair.near.release(pair.peer);
        assertThat(pair.peer.isClosed()).isTrue();
        pair.transfers.forEach(transfer -> {
            transfer.end();
            transfer.verifyEnds();
        });
        assertThat(pair.near.lost()).isEmpty();
    }
}
