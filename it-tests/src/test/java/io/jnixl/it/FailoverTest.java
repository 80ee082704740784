// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.SpiVersion;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** MEMORY takes over from a backend that fails, and every byte arrives, with the notification behind. */
class FailoverTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 64;

    /** When the failing backend fails. */
    enum When {
        PREPARE,
        POST
    }

    @TempDir
    Path folder;

    private Config config;

    @BeforeEach
    void writeRule() throws IOException {
        Path file = folder.resolve("jnixl.toml");
        Files.writeString(file, """
                [agent]
                backends = ["FAILING", "MEMORY"]
                [[selection]]
                use = ["FAILING", "MEMORY"]
                failover = true
                """);
        config = Config.of(file);
    }

    private Agent agent(String name, When when) {
        return AgentAssembly.of(config).name(name).backend(new Failing(when)).build();
    }

    @ParameterizedTest
    @EnumSource
    void everyByteArrives(When when) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Agent near = agent("near", when);
                Agent far = agent("far", when);
                Allocation mine = near.allocate((long) BLOCK * BLOCKS);
                Allocation theirs = far.allocate((long) BLOCK * BLOCKS)) {
            byte[] content = new byte[BLOCK * BLOCKS];
            random.nextBytes(content);
            mine.segment().copyFrom(MemorySegment.ofArray(content));
            Peer peer = near.loadPeer(far.metadata());
            try (Prepared local = near.prepare(DescriptorList.blocks(mine.segment(), BLOCK));
                    Prepared remote = near.prepare(peer, peer.region(0).blocks(BLOCK));
                    Transfer transfer = near.transfer(Operation.WRITE, local, remote)
                            .capacity(BLOCKS)
                            .withNotifications()
                            .prepare()) {
                assertThat(transfer.backend()).isEqualTo(when == When.PREPARE ? "MEMORY" : "FAILING");
                int[] from = random.ints(BLOCKS, 0, BLOCKS).toArray();
                int[] to = random.ints(0, BLOCKS).distinct().limit(BLOCKS).toArray();
                transfer.select(from, to, BLOCKS);
                transfer.post("moved");
                assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
                assertThat(transfer.backend()).isEqualTo("MEMORY");
                assertThat(near.explain(transfer).toString())
                        .contains("FAILING: failed at " + (when == When.PREPARE ? "prepare" : "post"));
                assertThat(far.awaitNotification("near", SOON).text()).isEqualTo("moved");
                for (int i = 0; i < BLOCKS; i++) {
                    MemorySegment sent = mine.segment().asSlice((long) from[i] * BLOCK, BLOCK);
                    MemorySegment got = theirs.segment().asSlice((long) to[i] * BLOCK, BLOCK);
                    assertThat(got.mismatch(sent))
                            .as("seed %d, block %d", seed, i)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void noneTakesOverWhereTheProgramNamesTheBackend() {
        try (Agent agent = agent("near", When.POST);
                Allocation mine = agent.allocate(2L * BLOCK)) {
            DescriptorList first = DescriptorList.of(mine.segment().asSlice(0, BLOCK));
            DescriptorList second = DescriptorList.of(mine.segment().asSlice(BLOCK, BLOCK));
            try (Transfer transfer = agent.transfer(Operation.WRITE, first, agent.self(), second)
                    .backends("FAILING")
                    .prepare()) {
                assertThat(transfer.post()).isEqualTo(Status.BACKEND);
                assertThat(transfer.backend()).isEqualTo("FAILING");
            }
        }
    }

    /** Takes everything and moves nothing. */
    @SpiVersion(SpiVersion.CURRENT)
    private record Failing(When when) implements BackendProvider {
        @Override
        public String name() {
            return "FAILING";
        }

        @Override
        public Set<MemoryKind> memoryKinds() {
            return Set.of(MemoryKind.DRAM);
        }

        @Override
        public Availability availability() {
            return Availability.available("");
        }

        @Override
        public Backend create(BackendConfig settings, BackendContext context) {
            return new FailingBackend(when);
        }
    }

    private record FailingBackend(When when) implements Backend {
        @Override
        public Capabilities capabilities() {
            return Capabilities.network(1 << 16);
        }

        @Override
        public RegisteredMemory register(MemoryRegion region) {
            return new FailingMemory();
        }

        @Override
        public byte[] connectionInfo() {
            return new byte[] {1};
        }

        @Override
        public BackendPeer loadPeer(String name, byte[] connectionInfo) {
            return new FailingPeer();
        }

        @Override
        public BackendTransfer prepare(TransferRequest request) {
            if (when == When.PREPARE) {
                throw new NixlException(ErrorCode.BACKEND, "the device is gone");
            }
            return new FailingTransfer();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record FailingMemory() implements RegisteredMemory {
        @Override
        public byte[] publicData() {
            return new byte[] {1};
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record FailingPeer() implements BackendPeer {
        @Override
        public RegionHandle load(MemoryRegion region, byte[] publicData) {
            return () -> {};
        }

        @Override
        public Status send(MemorySegment message) {
            return Status.BACKEND;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record FailingTransfer() implements BackendTransfer {
        @Override
        public Status post() {
            return Status.BACKEND;
        }

        @Override
        public long bytesMoved() {
            return 0;
        }

        @Override
        public void cancel() {
            // nothing runs
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
