// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes over UCX, one of which only waits; each way of moving, on private memory and on UCX's own. */
@ParameterizedClass
@EnumSource(TwoProcessesIT.Way.class)
@NeedsNative(Native.UCX)
class TwoProcessesIT {
    private static final long GIB = 1L << 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How, and between which memories. */
    enum Way {
        SHARED_MEMORY_PRIVATE("", false),
        SHARED_MEMORY_ALLOCATED("", true),
        TCP_PRIVATE("TLS=tcp", false),
        TCP_ALLOCATED("TLS=tcp", true);

        private final String engineConfig;
        private final boolean allocated;

        Way(String engineConfig, boolean allocated) {
            this.engineConfig = engineConfig;
            this.allocated = allocated;
        }
    }

    @Parameter
    Way way;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private Agent agent;
    private Target target;
    private @Nullable Allocation allocation;
    private MemorySegment memory;
    private Peer peer;

    @BeforeEach
    void start() throws Exception {
        start(16 << 20);
    }

    private void start(long bytes) throws IOException, InterruptedException {
        target = new Target(folder, "target", bytes, way.allocated, way.engineConfig);
        agent = Agent.builder("initiator")
                .config(Config.empty()
                        .with("agent.backends", "UCX")
                        .with("backends.UCX.engine_config", way.engineConfig))
                .build();
        if (way.allocated) {
            allocation = agent.allocate(bytes);
            memory = allocation.segment();
        } else {
            memory = arena.allocate(bytes, 4096);
            agent.register(memory);
        }
        peer = agent.loadPeer(target.metadata());
    }

    @AfterEach
    void end() {
        stop();
        arena.close();
    }

    private void stop() {
        target.close();
        agent.close();
        if (allocation != null) {
            allocation.close(); // it may be used longer than its agent lives
        }
    }

    private void run(Operation operation, DescriptorList local, DescriptorList remote) {
        try (Transfer transfer = agent.transfer(operation, local, peer, remote).prepare()) {
            transfer.post();
            assertThat(transfer.await(LIMIT)).as(transfer.failure().toString()).isEqualTo(Status.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 4096, 1 << 20})
    @DisplayName("D: WRITE and READ of 1 B, 8 B, 4 KiB, 1 MiB")
    void writesAndReads(long bytes) throws Exception {
        writeAndRead(bytes);
    }

    @Test
    void writesAndReadsOneGibibyte() throws Exception {
        stop();
        start(GIB);
        writeAndRead(GIB);
    }

    private void writeAndRead(long bytes) throws Exception {
        MemorySegment part = memory.asSlice(0, bytes);
        Pattern.fill(part, 1, 0);
        run(Operation.WRITE, DescriptorList.of(part), peer.region(0).slice(0, bytes));
        target.expect("ok", target.ask("check 0 " + bytes + " 1"));
        target.expect("ok", target.ask("fill 0 " + bytes + " 2"));
        run(Operation.READ, DescriptorList.of(part), peer.region(0).slice(0, bytes));
        assertThat(Pattern.firstWrong(part, 2, 0)).isEqualTo(-1);
    }

    @Test
    @DisplayName("D: 10 000 descriptors")
    void tenThousandScatteredDescriptors() throws Exception {
        int count = 10_000;
        int block = 512;
        int[] all = new int[count];
        int[] stripes = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
            stripes[i] = 2 * i;
        }
        Pattern.fill(memory.asSlice(0, (long) count * block), 3, 0);
        DescriptorList near = DescriptorList.blocks(memory, block).select(all);
        DescriptorList far = peer.region(0).blocks(block).select(stripes);
        run(Operation.WRITE, near, far);
        target.expect("ok", target.ask("stripes " + count + " " + block + " 3"));
        memory.asSlice(0, (long) count * block).fill((byte) 0);
        run(Operation.READ, near, far);
        assertThat(Pattern.firstWrong(memory.asSlice(0, (long) count * block), 3, 0))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 4096, 65_536, 3_000_000})
    void notificationsWithDataAndWithout(int length) throws Exception {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        String expected = "initiator " + length + " " + crc(bytes);
        Pattern.fill(memory.asSlice(0, 4096), length, 0);
        try (Transfer transfer = agent.write(DescriptorList.of(memory.asSlice(0, 4096)))
                .to(peer.region(0).slice(0, 4096))
                .withNotifications()
                .prepare()) {
            transfer.post(bytes);
            target.expect(expected, target.ask("await"));
            target.expect("ok", target.ask("check 0 4096 " + length)); // the data was there first
            assertThat(transfer.await(LIMIT)).as(transfer.failure().toString()).isEqualTo(Status.SUCCESS);
        }
        agent.sendNotification(peer, bytes);
        target.expect(expected, target.ask("await"));
    }

    private static long crc(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    @Test
    void theTargetAnswers() throws Exception {
        Path mine = java.nio.file.Files.write(folder.resolve("initiator.metadata"), agent.metadata());
        target.expect("initiator", target.ask("load " + mine));
        for (int i = 0; i < 10; i++) {
            target.expect("ok", target.ask("send initiator answer" + i));
            assertThat(agent.awaitNotification("target", LIMIT).text()).isEqualTo("answer" + i);
        }
    }

    @Test
    @DisplayName("F: peer killed in the middle of transfers")
    void aKilledPeerEndsWhatRuns() throws Exception {
        int transfers = 4;
        Transfer[] running = new Transfer[transfers];
        for (int i = 0; i < transfers; i++) {
            running[i] = agent.transfer(
                            Operation.WRITE,
                            DescriptorList.of(memory.asSlice(0, 1 << 20)),
                            peer,
                            peer.region(0).slice(0, 1 << 20))
                    .prepare();
            running[i].post();
            assertThat(running[i].await(LIMIT)).isEqualTo(Status.SUCCESS);
        }
        Thread killer = Thread.ofPlatform().start(() -> {
            try {
                target.kill();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Status[] ends = new Status[transfers];
        long start = System.nanoTime();
        boolean failed = false;
        while (!failed && System.nanoTime() - start < LIMIT.toNanos()) {
            for (int i = 0; i < transfers; i++) {
                ends[i] = running[i].post();
            }
            for (int i = 0; i < transfers; i++) {
                ends[i] = ends[i] == Status.IN_PROGRESS ? running[i].await(LIMIT) : ends[i];
                failed |= ends[i] != Status.SUCCESS;
            }
        }
        killer.join();
        assertThat(ends).as("never a hang").doesNotContain(Status.IN_PROGRESS);
        assertThat(ends)
                .as(running[transfers - 1].failure().toString())
                .containsAnyOf(Status.REMOTE_DISCONNECT, Status.NOT_FOUND);
        for (Transfer transfer : running) {
            transfer.close();
        }
        awaitPeersWithout(peer); // another thread tells the agent
    }

    private void awaitPeersWithout(Peer gone) {
        long start = System.nanoTime();
        while (agent.peers().contains(gone) && System.nanoTime() - start < LIMIT.toNanos()) {
            Thread.onSpinWait();
        }
        assertThat(agent.peers()).doesNotContain(gone);
    }
}
