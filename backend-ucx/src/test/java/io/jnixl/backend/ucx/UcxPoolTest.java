// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Message;
import io.jnixl.backend.tck.Meters;
import io.jnixl.backend.tck.Outcome;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That large transfers are shared with the workers of {@code num_threads}, and end as a whole. */
@NeedsNative(Native.UCX)
class UcxPoolTest {
    private static final int THREADS = 2;
    private static final int BATCH = 16;
    private static final int BLOCK = 512;
    private static final int BLOCKS = 4096;
    private static final long SIZE = (long) BLOCK * BLOCKS;
    private static final String SHARED_MEMORY = "";
    private static final String TCP = "TLS=tcp,self";

    private final Arena arena = Arena.ofShared();
    private final TestAgents agents = new TestAgents();

    @AfterEach
    void closeAll() {
        agents.close();
        arena.close();
    }

    private TestAgent agent(String name, String engineConfig, int workers, int threads) {
        return agents.make(
                name,
                Map.of(
                        "num_workers", Integer.toString(workers),
                        "num_threads", Integer.toString(threads),
                        "split_batch_size", Integer.toString(BATCH),
                        "engine_config", engineConfig));
    }

    /** One agent with a pool, and memory of it and of another one. */
    private final class Pair {
        final TestAgent far;
        final TestAgent near;
        final UcxPeer peer;
        final MemorySegment source = arena.allocate(SIZE, 4096);
        final MemorySegment target = arena.allocate(SIZE, 4096);
        final RegisteredMemory local;
        final RegionHandle remote;

        Pair(String engineConfig) {
            far = agent("far", engineConfig, 1, 0);
            near = agent("near", engineConfig, 1, THREADS);
            peer = (UcxPeer) near.load(far);
            local = near.register(source);
            remote = near.load(peer, target, far.register(target));
        }

        Xfer xfer(Operation operation, int capacity) {
            return near.xfer(operation, local, peer, remote, capacity);
        }

        Xfer blocks(Operation operation, int count) {
            Xfer xfer = xfer(operation, count);
            for (int i = 0; i < count; i++) {
                xfer.add(source.address() + (long) i * BLOCK, target.address() + (long) i * BLOCK, BLOCK);
            }
            return xfer;
        }

        List<UcxWorker> pool() {
            return IntStream.rangeClosed(1, THREADS)
                    .mapToObj(i -> peer.lane(i).worker())
                    .toList();
        }
    }

    private static void fill(MemorySegment memory, int seed) {
        for (int i = 0; i < BLOCKS; i++) {
            memory.asSlice((long) i * BLOCK, BLOCK).fill((byte) (seed + i * 31));
        }
    }

    private static void assertEnd(Xfer transfer, Status expected) {
        assertThat(transfer.end()).isEqualTo(expected);
        transfer.verifyEnds();
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void allBytesAreThereWhenTheNotificationIs(String engineConfig) {
        Pair pair = new Pair(engineConfig);
        for (int count : new int[] {1, BATCH - 1, BATCH, 2 * BATCH + 1, 1000, BLOCKS}) {
            try (Closing write = new Closing(pair.blocks(Operation.WRITE, count));
                    Closing read = new Closing(pair.blocks(Operation.READ, count))) {
                for (int round = 0; round < 5; round++) {
                    fill(pair.source, round);
                    pair.target.fill((byte) 0);
                    write.xfer.notifying("w" + round).post();
                    assertThat(pair.far.inbox().collect(1)).containsExactly("near:w" + round);
                    assertThat(mismatch(pair, count))
                            .as("%d blocks at the message", count)
                            .isEqualTo(-1);
                    assertEnd(write.xfer, Status.SUCCESS);
                    pair.source.fill((byte) 0);
                    assertEnd(read.xfer.post(), Status.SUCCESS);
                    assertThat(mismatch(pair, count))
                            .as("%d blocks read", count)
                            .isEqualTo(-1);
                }
            }
        }
    }

    private static long mismatch(Pair pair, int count) {
        long bytes = (long) count * BLOCK;
        return pair.target.asSlice(0, bytes).mismatch(pair.source.asSlice(0, bytes));
    }

    private record Closing(Xfer xfer) implements AutoCloseable {
        @Override
        public void close() {
            xfer.close();
        }
    }

    @Test
    void othersPostWhatTheOwnWorkerDoesNot() {
        Pair pair = new Pair(SHARED_MEMORY);
        pair.peer.connect();
        Xfer write = pair.blocks(Operation.WRITE, BLOCKS);
        long before = poolCpu(pair);
        Await.until("that the pool took part often", () -> {
            assertEnd(write.post(), Status.SUCCESS);
            return pair.near.backend().details().counters().get("parts_total") >= 50;
        });
        assertThat(poolCpu(pair) - before)
                .as("processor time of the pool, in ns")
                .isPositive();
    }

    private static long poolCpu(Pair pair) {
        return pair.pool().stream()
                .flatMap(worker -> Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().equals("jnixl-ucx-near:" + worker.index())))
                .mapToLong(t -> Meters.cpuNanos(t.threadId()))
                .sum();
    }

    @Test
    void anIdlePoolUsesNoProcessor() {
        Pair pair = new Pair(SHARED_MEMORY);
        assertEnd(pair.blocks(Operation.WRITE, BLOCKS).post(), Status.SUCCESS);
        LockSupport.parkNanos(50_000_000);
        long before = poolCpu(pair);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 500_000_000) {
            LockSupport.parkNanos(50_000_000);
        }
        assertThat(poolCpu(pair) - before).as("ns of 500 ms").isLessThan(25_000_000);
    }

    /** What a worker of the pool has not begun when nothing is left holds up nobody, and is not done later. */
    @Test
    void aHelperThatIsHeldHoldsUpNobody() {
        Pair pair = new Pair(SHARED_MEMORY);
        pair.peer.connect();
        Xfer write = pair.blocks(Operation.WRITE, BLOCKS).notifying("n");
        UcxWorker held = pair.pool().getFirst();
        held.own();
        try {
            for (int round = 0; round < 5; round++) {
                fill(pair.source, round);
                assertEnd(write.post(), Status.SUCCESS);
                assertThat(mismatch(pair, BLOCKS)).isEqualTo(-1);
            }
        } finally {
            held.disownQuietly();
        }
        assertEnd(write.post(), Status.SUCCESS);
        assertThat(pair.far.inbox().collect(6)).containsOnly("near:n");
        write.close();
    }

    /** With a peer that does not progress, over TCP, the flushes of the parts do not end. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndWaitsForWhatHasBegun(boolean cancel) {
        Pair pair = new Pair(TCP);
        pair.peer.connect();
        UcxWorker target = ((UcxPeer) pair.far.load(pair.far)).lane(0).worker();
        Xfer write = pair.blocks(Operation.WRITE, BLOCKS).notifying("n");
        fill(pair.source, 1);
        target.own();
        try {
            write.post();
            if (cancel) {
                write.transfer().cancel();
            }
            LockSupport.parkNanos(20_000_000);
            write.transfer().poll();
            assertThat(write.isInFlight()).as("what may touch memory").isTrue();
        } finally {
            target.disownQuietly();
        }
        assertEnd(write, cancel ? Status.CANCELED : Status.SUCCESS);
        assertEnd(write.post(), Status.SUCCESS);
        assertThat(mismatch(pair, BLOCKS)).isEqualTo(-1);
        assertThat(pair.far.inbox().collect(cancel ? 1 : 2)).containsOnly("near:n");
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void aBadDescriptorIsNamedAndTheNextPostWorks(String engineConfig) {
        Pair pair = new Pair(engineConfig);
        pair.peer.connect();
        for (int bad : new int[] {0, 700, BLOCKS - 1}) {
            Xfer write = pair.xfer(Operation.WRITE, BLOCKS).notifying("n");
            for (int round = 0; round < 20; round++) {
                write.columns().clear();
                for (int i = 0; i < BLOCKS; i++) {
                    long outside = i == bad ? SIZE : 0;
                    write.add(pair.source.address() + (long) i * BLOCK + outside, pair.target.address(), BLOCK);
                }
                assertEnd(write.post(), Status.INVALID_PARAM);
                assertThat(write.outcome().column()).isEqualTo(bad);
                assertThat(write.outcome().message()).contains("leaves its region");
                write.columns().clear();
                write.repeat(pair.source.address(), pair.target.address(), BLOCK, BLOCKS);
                assertEnd(write.post(), Status.SUCCESS);
            }
            assertThat(pair.far.inbox().collect(20)).hasSize(20);
            write.close();
        }
        assertThat(pair.far.inbox().drain()).isEmpty();
    }

    @Test
    void aPeerThatGoesEndsAllParts() {
        Pair pair = new Pair(TCP);
        pair.peer.connect();
        List<Xfer> writes = IntStream.range(0, 4)
                .mapToObj(i -> pair.blocks(Operation.WRITE, BLOCKS))
                .toList();
        writes.forEach(Xfer::post);
        pair.far.closeBackend();
        Await.until("that the peer is lost", () -> {
            writes.stream().filter(w -> !w.isInFlight()).forEach(Xfer::post);
            return !pair.near.lost().isEmpty();
        });
        for (Xfer write : writes) {
            assertThat(write.end()).isIn(Status.REMOTE_DISCONNECT, Status.SUCCESS);
            assertEnd(write.post(), Status.REMOTE_DISCONNECT);
            assertThat(write.outcome().message()).contains("gone");
        }
        Await.until("that all lanes are closed", pair.peer::isClosed);
        assertThat(pair.near.lost()).containsExactly(pair.peer);
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void closingTheBackendEndsEveryPostOnce(String engineConfig) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 10; round++) {
            Pair pair = new Pair(engineConfig);
            List<Xfer> writes = IntStream.range(0, 3)
                    .mapToObj(i -> pair.blocks(Operation.WRITE, BLOCKS).notifying("n"))
                    .toList();
            writes.forEach(Xfer::post);
            LockSupport.parkNanos(random.nextInt(2_000_000));
            pair.near.closeBackend();
            for (Xfer write : writes) {
                assertThat(write.end())
                        .as("seed %d, round %d", seed, round)
                        .isIn(Status.SUCCESS, Status.CANCELED, Status.REMOTE_DISCONNECT);
                write.verifyEnds();
            }
            pair.far.close();
        }
    }

    /** Its helper's death takes a worker out of the pool, and nothing else. */
    @Test
    void aThreadThatDiedIsAskedNoMore() {
        Pair pair = new Pair(SHARED_MEMORY);
        Xfer write = pair.blocks(Operation.WRITE, BLOCKS).notifying("n");
        assertEnd(write.post(), Status.SUCCESS);
        pair.pool().getLast().died(new AssertionError("for the test"));
        for (int i = 0; i < 20; i++) {
            assertEnd(write.post(), Status.SUCCESS);
        }
    }

    /** Nobody polls, and the peer does not answer: nobody else would see the end. */
    @Test
    void whatIsUnderWayEndsWithItsThread() {
        Pair pair = new Pair(TCP);
        UcxWorker peers = ((UcxPeer) pair.far.load(pair.near)).lane(0).worker();
        Xfer write = pair.blocks(Operation.WRITE, BATCH - 1);
        assertEnd(write.post(), Status.SUCCESS);
        peers.own();
        try {
            write.post();
            assertThat(write.isInFlight()).isTrue();
            pair.peer.lane(0).worker().progressQuietly(); // it may have been handed over, and is under way now
            pair.peer.lane(0).worker().died(new AssertionError("for the test"));
            assertThat(write.isInFlight()).isFalse();
            assertThat(write.end()).isEqualTo(Status.REMOTE_DISCONNECT);
            assertThat(write.outcome().message()).contains("the thread that progresses UCX died");
        } finally {
            peers.disownQuietly();
        }
        write.verifyEnds();
    }

    /** UCX may tell of both ends in one round: the bytes are there, and the post must not hear of the close. */
    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void whatEndedBeforeThePeerWasLeftHasEndedWell(String engineConfig) throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            Pair pair = new Pair(engineConfig);
            UcxWorker peers = ((UcxPeer) pair.far.load(pair.near)).lane(0).worker();
            Xfer write = pair.blocks(Operation.WRITE, BATCH - 1);
            assertEnd(write.post(), Status.SUCCESS);
            Thread leaving = Thread.ofPlatform().unstarted(pair.peer::close);
            peers.own();
            try {
                write.post();
                pair.peer.lane(0).worker().progressQuietly();
                leaving.start();
                Await.until("that it waits for the peer", () -> pair.peer.isLeaving() && hasPumped(leaving));
            } finally {
                peers.disownQuietly();
            }
            leaving.join();
            assertThat(write.end()).as("round %d", round).isEqualTo(Status.SUCCESS);
            write.verifyEnds();
            pair.near.closeBackend();
            pair.far.close();
        }
    }

    private static boolean hasPumped(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("pump"));
    }

    /** Nobody polls here, either. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatIsLeftToAThreadThatDiedIsDoneAllTheSame(int worker) throws InterruptedException {
        Pair pair = new Pair(SHARED_MEMORY);
        UcxWorker its = worker == 0 ? pair.peer.lane(0).worker() : pair.pool().getLast();
        its.later(() -> throwAnyhow(new Exception("for the test")));
        Await.until("that the thread has died", its::isDead);
        CountDownLatch done = new CountDownLatch(1);
        its.later(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What nobody who runs an errand reckons with. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAnyhow(Throwable t) throws T {
        throw (T) t;
    }

    @Test
    void postingAllocatesNothingOnAnyThread() {
        Pair pair = new Pair(SHARED_MEMORY);
        Xfer write = pair.blocks(Operation.WRITE, 8 * BATCH).notifying("n");
        long own = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        run(write, 1_500);
        for (int i = 0; i < 5 && least > 0; i++) {
            long others = Meters.allocatedBytes("jnixl-ucx-near");
            long before = Meters.allocatedBytes(own);
            run(write, 300);
            long mine = Meters.allocatedBytes(own) - before;
            least = Math.min(least, mine + Meters.allocatedBytes("jnixl-ucx-near") - others);
            pair.far.inbox().drain();
        }
        assertThat(least).as("bytes on the posting thread and on the backend's").isZero();
    }

    private static void run(Xfer transfer, int posts) {
        for (int i = 0; i < posts; i++) {
            transfer.post();
            while (transfer.isInFlight()) {
                transfer.transfer().poll();
            }
        }
    }

    /** Several at once, on both sides, with cancels: every post ends once, and what succeeded is there. */
    @ParameterizedTest
    @ValueSource(strings = {SHARED_MEMORY, TCP})
    void manyTransfersShareThePool(String engineConfig) throws InterruptedException {
        long seed = System.nanoTime();
        Pair pair = new Pair(engineConfig);
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, 6)
                .mapToObj(i -> (i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                    try {
                        postAtRandom(pair, new SplittableRandom(seed + i), i);
                    } catch (Throwable t) {
                        thrown.add(t);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).as("seed %d", seed).isEmpty();
    }

    private void postAtRandom(Pair pair, SplittableRandom random, int lane) {
        int blocks = BLOCKS / 6;
        long base = (long) lane * blocks * BLOCK;
        Xfer write = pair.xfer(Operation.WRITE, blocks);
        for (int n = 0; n < 60; n++) {
            int count = 1 + random.nextInt(blocks);
            MemorySegment from = pair.source.asSlice(base, (long) count * BLOCK);
            MemorySegment to = pair.target.asSlice(base, (long) count * BLOCK);
            from.fill((byte) random.nextInt());
            write.columns().clear();
            for (int i = 0; i < count; i++) {
                write.add(from.address() + (long) i * BLOCK, to.address() + (long) i * BLOCK, BLOCK);
            }
            write.post();
            if (random.nextInt(4) == 0) {
                write.transfer().cancel();
            }
            Status end = write.end();
            assertThat(end).isIn(Status.SUCCESS, Status.CANCELED);
            if (end == Status.SUCCESS) {
                assertThat(to.mismatch(from)).isEqualTo(-1);
            }
        }
        write.verifyEnds();
    }

    // ---- worker_id

    private static BackendTransfer prepare(Pair pair, TestAgent agent, Map<String, String> options) {
        return agent.backend()
                .prepare(new TransferRequest(
                        Operation.WRITE,
                        new TransferColumns(1),
                        List.of(pair.local),
                        List.of(pair.remote),
                        pair.peer,
                        new Message(),
                        new Outcome(),
                        options));
    }

    @Test
    void aTransferMayChooseItsWorker() {
        Pair pair = new Pair(SHARED_MEMORY);
        TestAgent four = agent("four", SHARED_MEMORY, 4, 1);
        UcxPeer peer = (UcxPeer) four.load(pair.far);
        for (int worker : new int[] {3, 3, 0, 2}) {
            UcxTransfer transfer = (UcxTransfer) four.backend()
                    .prepare(new TransferRequest(
                            Operation.WRITE,
                            new TransferColumns(1),
                            List.of(four.register(pair.source)),
                            List.of(four.load(peer, pair.target, pair.far.register(pair.target))),
                            peer,
                            new Message(),
                            new Outcome(),
                            Map.of("worker_id", Integer.toString(worker))));
            assertThat(transfer.lane().worker().index()).isEqualTo(worker);
            transfer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "2147483648", "x", ""})
    void aWorkerThatIsNotThereIsAnError(String worker) {
        Pair pair = new Pair(SHARED_MEMORY);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> prepare(pair, pair.near, Map.of("worker_id", worker)))
                .withMessageContaining("worker_id is a number from 0 to 0")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }
}
