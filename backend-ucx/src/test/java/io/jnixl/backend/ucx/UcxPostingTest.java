// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a post does with its descriptors, whichever of UCX's ways it takes. */
@NeedsNative(Native.UCX)
class UcxPostingTest {
    private static final int SIZE = 1 << 20;
    private static final byte UNTOUCHED = 0x55;
    private static final int MOST_CANCELS = 200;
    private static final VarHandle BYTE = JAVA_BYTE.varHandle();

    /** On both sides of each change of way: leaves, copies by UCX, MULTI_SEND would be another, large ones. */
    private static final int[] LENGTHS = {0, 1, 7, 8, 64, 126, 127, 128, 255, 256, 257, 300, 3_600, 4_096, 8_192, 65_536
    };

    enum Way {
        STORES(""),
        PRIVATE(""),
        TCP("TLS=tcp,self");

        private final String engineConfig;

        Way(String engineConfig) {
            this.engineConfig = engineConfig;
        }
    }

    private final Arena arena = Arena.ofShared();
    private final TestAgents agents = new TestAgents();

    @AfterEach
    void closeAll() {
        agents.close();
        arena.close();
    }

    private TestAgent agent(String name, Way way) {
        return agents.make(name, Map.of("engine_config", way.engineConfig));
    }

    /** Two regions on each side. */
    private final class Pair {
        final TestAgent far;
        final TestAgent near;
        final BackendPeer peer;
        final List<MemorySegment> sources = new ArrayList<>();
        final List<MemorySegment> targets = new ArrayList<>();
        final List<RegisteredMemory> local = new ArrayList<>();
        final List<RegionHandle> remote = new ArrayList<>();

        Pair(Way way) {
            far = agent("far", way);
            near = agent("near", way);
            peer = near.load(far);
            peer.connect();
            for (int i = 0; i < 2; i++) {
                MemorySegment source = arena.allocate(SIZE, 4096);
                for (int at = 0; at < SIZE; at++) {
                    source.set(JAVA_BYTE, at, (byte) (31 * at + (at >> 8) + i));
                }
                sources.add(source);
                local.add(near.register(source));
                addTarget(way);
            }
        }

        private void addTarget(Way way) {
            MemorySegment target;
            RegisteredMemory registered;
            if (way == Way.STORES) {
                AllocatedMemory allocated = far.backend().allocate(SIZE, arena).orElseThrow();
                target = allocated.segment();
                registered = allocated.memory();
            } else {
                target = arena.allocate(SIZE, 4096);
                registered = far.register(target);
            }
            target.fill(UNTOUCHED);
            targets.add(target);
            remote.add(near.load(peer, target, registered));
        }

        Xfer xfer(Operation operation, int capacity) {
            return new Xfer(near, operation, local, peer, remote, capacity);
        }

        long source(int region) {
            return sources.get(region).address();
        }

        long target(int region) {
            return targets.get(region).address();
        }
    }

    private static void assertCopied(MemorySegment from, long at, MemorySegment to, long there, long bytes) {
        assertThat(MemorySegment.mismatch(from, at, at + bytes, to, there, there + bytes))
                .as("first wrong of %d bytes at %d", bytes, there)
                .isEqualTo(-1);
    }

    /** Whoever would go on with a flush might be told that all has ended well. */
    @Test
    void aPostWhoseConnectionFailsMeanwhileStopsWithThatFault() {
        Pair pair = new Pair(Way.STORES);
        int count = 1000;
        Xfer write = pair.xfer(Operation.WRITE, count);
        for (int i = 0; i < count; i++) {
            write.columns().add(pair.source(0) + 64L * i, 0, pair.target(0) + 64L * i, 0, 64, i, false);
        }
        UcxLane lane = ((UcxPeer) pair.peer).lane(0);
        UcxAccesses accesses = new UcxAccesses(true, write.columns(), pair.local, pair.remote, lane.worker());
        UcxFault fault = new UcxFault();
        lane.worker().own();
        try {
            accesses.begin();
            assertThat(accesses.post(() -> false, lane, 0, 100, fault)).isTrue();
            lane.dropAfter(UcpStatus.CONNECTION_RESET);
            assertThat(accesses.post(() -> false, lane, 100, count, fault)).isFalse();
        } finally {
            lane.worker().disown();
        }
        assertThat(fault.code()).isEqualTo(UcpStatus.CONNECTION_RESET);
        assertCopied(pair.sources.get(0), 0, pair.targets.get(0), 0, 64 * 100);
        assertThat(pair.targets.get(0).asSlice(64L * 256).toArray(JAVA_BYTE)).containsOnly(UNTOUCHED);
    }

    /** When it comes is a matter of luck: some posts are over before. */
    @Test
    void aCancelSparesWhatIsNotPostedYet() throws InterruptedException {
        Pair pair = new Pair(Way.STORES);
        int count = SIZE / Long.BYTES;
        Xfer write = pair.xfer(Operation.WRITE, count);
        for (int i = 0; i < count; i++) {
            write.add(pair.source(0) + 8L * i, pair.target(0) + 8L * i, Long.BYTES);
        }
        MemorySegment target = pair.targets.get(0);
        boolean spared = false;
        for (int i = 0; i < MOST_CANCELS && !spared; i++) {
            target.fill(UNTOUCHED);
            spared = cancelInTheMiddle(write, target) == Status.CANCELED;
            MemorySegment last = target.asSlice(SIZE - Long.BYTES);
            if (spared) {
                assertThat(last.toArray(JAVA_BYTE)).containsOnly(UNTOUCHED);
            } else {
                assertCopied(pair.sources.get(0), 0, target, 0, SIZE);
            }
        }
        assertThat(spared).as("in one of %d posts", MOST_CANCELS).isTrue();
        write.verifyEnds();
    }

    /** Once the first bytes are there. */
    private static Status cancelInTheMiddle(Xfer write, MemorySegment target) throws InterruptedException {
        CountDownLatch looks = new CountDownLatch(1);
        Thread canceller = Thread.ofPlatform().start(() -> {
            looks.countDown();
            while ((byte) BYTE.getVolatile(target, 0L) == UNTOUCHED) {
                Thread.onSpinWait();
            }
            write.transfer().cancel();
        });
        looks.await();
        write.post();
        Status status = write.end();
        canceller.join();
        return status;
    }

    @ParameterizedTest
    @EnumSource
    void everyLengthArrivesWholeAndAlone(Way way) {
        Pair pair = new Pair(way);
        Xfer write = pair.xfer(Operation.WRITE, 2 * LENGTHS.length);
        long at = 3;
        for (int round = 0; round < 2; round++) { // regions change with each, as with the layers of a cache
            for (int i = 0; i < LENGTHS.length; i++) {
                int region = (i + round) % 2;
                write.columns()
                        .add(
                                pair.source(region) + at,
                                region,
                                pair.target(1 - region) + at,
                                1 - region,
                                LENGTHS[i],
                                i,
                                false);
                at += LENGTHS[i] + 5;
            }
        }
        assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
        write.verifyEnds();
        long start = 3;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < LENGTHS.length; i++) {
                int region = (i + round) % 2;
                MemorySegment target = pair.targets.get(1 - region);
                assertCopied(pair.sources.get(region), start, target, start, LENGTHS[i]);
                for (long beside = start + LENGTHS[i]; beside < start + LENGTHS[i] + 5; beside++) {
                    assertThat(target.get(JAVA_BYTE, beside)).isEqualTo(UNTOUCHED);
                }
                start += LENGTHS[i] + 5;
            }
        }
    }

    /** First a length that UCX refuses to put by a leaf, then ones that it would. */
    @ParameterizedTest
    @EnumSource
    void aRefusedLeafHarmsNoneAfterIt(Way way) {
        Pair pair = new Pair(way);
        int count = 2_000;
        Xfer write = pair.xfer(Operation.WRITE, count);
        for (int i = 0; i < count; i++) {
            write.columns()
                    .add(pair.source(0) + 300L * i, 0, pair.target(0) + 300L * i, 0, i % 7 == 0 ? 256 : 8, i, false);
        }
        assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
        for (int i = 0; i < count; i++) {
            assertCopied(pair.sources.get(0), 300L * i, pair.targets.get(0), 300L * i, i % 7 == 0 ? 256 : 8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, 0", // begins before its local region
        "1048572, 0, 8", // ends behind both
        "0, 1048569, 8", // ends behind its remote region
        "1048576, 1048576, 1",
        "0, -1, 8192",
        "-9223372036854775808, 0, 8",
        "0, 9223372036854775807, 9223372036854775807",
        "0, 0, -1"
    })
    void aDescriptorOutsideItsRegionNeverReachesUcx(long here, long there, long bytes) {
        Pair pair = new Pair(Way.STORES);
        for (Operation operation : Operation.values()) {
            pair.targets.get(0).fill(UNTOUCHED);
            Xfer transfer = pair.xfer(operation, 3)
                    .add(pair.source(0), pair.target(0), 16)
                    .add(pair.source(0) + here, pair.target(0) + there, bytes)
                    .add(pair.source(0) + 64, pair.target(0) + 64, 16);
            assertThat(transfer.post().end()).isEqualTo(Status.INVALID_PARAM);
            transfer.verifyEnds();
            assertThat(transfer.outcome().column()).isOne();
            assertThat(transfer.outcome().message()).contains("leaves its region");
            if (operation == Operation.WRITE) {
                assertCopied(pair.sources.get(0), 0, pair.targets.get(0), 0, 16);
            }
            assertThat(pair.targets.get(0).asSlice(64, 16).toArray(JAVA_BYTE)).containsOnly(UNTOUCHED);
            transfer.close();
        }
    }

    /** Which spares the sink, the state's other changes and a progress. */
    @ParameterizedTest
    @ValueSource(ints = {8, 4_096})
    void whatEndsAtOnceIsTheAnswerOfThePost(int bytes) {
        Pair pair = new Pair(Way.STORES);
        Xfer write = pair.xfer(Operation.WRITE, 1).add(pair.source(0), pair.target(0), bytes);
        int atOnce = 0;
        for (int i = 0; i < 1_000; i++) {
            Status end = write.post().end();
            assertThat(end).isEqualTo(Status.SUCCESS);
            atOnce += write.answer() == Status.SUCCESS ? 1 : 0;
        }
        write.verifyEnds();
        assertThat(atOnce).as("all but those that met the helper").isGreaterThan(500);
        assertCopied(pair.sources.get(0), 0, pair.targets.get(0), 0, bytes);
    }

    @ParameterizedTest
    @EnumSource
    void theNotificationComesAfterTheData(Way way) {
        Pair pair = new Pair(way);
        Xfer write = pair.xfer(Operation.WRITE, 1);
        for (int i = 0; i < 50; i++) {
            pair.sources.get(0).set(JAVA_BYTE, 0, (byte) i);
            write.aim(pair.source(0), pair.target(0), 4_096).notifying("n" + i);
            assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(pair.far.inbox().collect(1)).containsExactly("near:n" + i);
            assertCopied(pair.sources.get(0), 0, pair.targets.get(0), 0, 4_096);
        }
        write.verifyEnds();
    }

    /** From a virtual thread a post is handed over, and then the sink must hear of its end. */
    @ParameterizedTest
    @EnumSource
    void whatIsHandedOverIsTold(Way way) throws InterruptedException {
        Pair pair = new Pair(way);
        Xfer write = pair.xfer(Operation.WRITE, 1).add(pair.source(0), pair.target(0), 4_096);
        for (int i = 0; i < 50; i++) {
            Thread.ofVirtual().start(write::post).join();
            assertThat(write.answer()).isEqualTo(Status.IN_PROGRESS);
            assertThat(write.end()).isEqualTo(Status.SUCCESS);
        }
        write.verifyEnds();
        assertCopied(pair.sources.get(0), 0, pair.targets.get(0), 0, 4_096);
    }
}
