// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the backend tells of its work and of its ways to peers, with the real libucp. */
@NeedsNative(Native.UCX)
class UcxDetailsTest {
    private static final int SIZE = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private final TestAgents agents = new TestAgents();

    @AfterEach
    void closeAll() {
        agents.close();
        arena.close();
    }

    private TestAgent agent(String name, String engineConfig) {
        return agents.make(name, Map.of("engine_config", engineConfig, "num_workers", "2"));
    }

    private final class Pair {
        final TestAgent far;
        final TestAgent near;
        final BackendPeer peer;
        final MemorySegment source = arena.allocate(SIZE, Long.BYTES);
        final MemorySegment target = arena.allocate(SIZE, Long.BYTES);
        final RegisteredMemory local;
        final RegionHandle remote;

        Pair(String engineConfig) {
            far = agent("far", engineConfig);
            near = agent("near", engineConfig);
            peer = near.load(far);
            local = near.register(source);
            remote = near.load(peer, target, far.register(target));
        }

        Xfer write(long bytes, int times) {
            return near.xfer(Operation.WRITE, local, peer, remote, times)
                    .repeat(source.address(), target.address(), bytes, times);
        }
    }

    @ParameterizedTest
    @CsvSource({"'',memory", "'TLS=tcp,self',tcp/"})
    void countsWhatItDoesAndNamesItsWays(String engineConfig, String way) {
        Pair pair = new Pair(engineConfig);
        Xfer write = pair.write(4096, 3);
        for (int i = 0; i < 5; i++) {
            assertThat(write.notifying("n").post().end()).isEqualTo(Status.SUCCESS);
        }
        pair.far.inbox().collect(5);

        BackendDetails near = pair.near.backend().details();
        assertThat(near.traits()).containsKey("libucp");
        assertThat(near.counters())
                .containsEntry("workers", 2L)
                .containsEntry("peers", 1L)
                .containsEntry("endpoints_live", 2L)
                .containsEntry("endpoints_kept", 0L)
                .containsEntry("notifications_sent_total", 5L)
                .containsEntry("notifications_received_total", 0L);
        assertThat(near.counters().get("progress_calls_total")).isPositive();
        assertThat(near.lanes()).containsOnlyKeys("far");
        assertThat(near.lanes().get("far")).anySatisfy(lane -> assertThat(lane).contains(way));
        BackendDetails far = pair.far.backend().details();
        assertThat(far.counters()).containsEntry("notifications_received_total", 5L);
        assertThat(far.counters().get("events_total")).isPositive();

        write.close();
        pair.near.release(pair.peer);
        Map<String, Long> after = pair.near.backend().details().counters();
        assertThat(after).containsEntry("endpoints_live", 0L).containsEntry("endpoints_kept", 2L);
    }

    @Test
    void countsLooksForRemains() {
        TestAgent one = agent("one", "");
        long before = one.backend().details().counters().get("remains_looks_total");
        Await.until("a look for remains, which comes once a second at the most", () -> {
            Remains.IN_THIS_PROCESS.look();
            return one.backend().details().counters().get("remains_looks_total") > before;
        });
    }

    @Test
    void aBackendThatIsClosedTellsNothing() {
        TestAgent one = agent("one", "");
        one.closeBackend();
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> one.backend().details())
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp,self"})
    void estimatesGrowWithTheBytesAndTheDescriptors(String engineConfig) {
        Pair pair = new Pair(engineConfig);
        Duration small = cost(pair, 8, 1);
        Duration block = cost(pair, 4096, 1);
        Duration large = cost(pair, SIZE, 1);
        Duration many = cost(pair, 4096, 1000);
        assertThat(small).as("before the connection is made").isPositive();
        assertThat(block).isGreaterThan(small);
        assertThat(large).isGreaterThan(block.multipliedBy(10));
        assertThat(many).isBetween(block.multipliedBy(990), block.multipliedBy(1001));

        pair.peer.connect();
        assertThat(cost(pair, 4096, 1)).as("when it is made").isPositive();
        assertThat(pair.near.self()).isNotNull();
    }

    private static Duration cost(Pair pair, long bytes, int times) {
        CostEstimate cost = pair.write(bytes, times).transfer().estimateCost();
        assertThat(cost.method()).isEqualTo(CostEstimate.Method.ANALYTICAL_BACKEND);
        return cost.duration();
    }

    @Test
    void nothingIsEstimatedForAPeerThatIsGone() {
        Pair pair = new Pair("TLS=tcp,self");
        Xfer write = pair.write(4096, 1);
        pair.peer.connect();
        pair.far.closeBackend();
        Await.until("that the peer is lost", () -> !pair.near.lost().isEmpty());
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> write.transfer().estimateCost())
                .withMessageContaining("the peer is gone");
    }
}
