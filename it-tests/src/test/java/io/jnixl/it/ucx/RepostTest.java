// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One prepared transfer, posted again and again, and an agent as its own peer. */
@NeedsNative(Native.UCX)
class RepostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int POSTS = 100_000;
    private static final int BLOCK = 1024;
    private static final int BLOCKS = 64;
    private static final long KIB = 1024;

    /** Noise of the allocators; a leak of 80 bytes per post would be as much. */
    private static final long GROWTH_KIB = 8 * KIB;

    private static Agent agent(String name) {
        return Agent.builder(name)
                .config(Config.empty().with("agent.backends", "UCX"))
                .build();
    }

    @Test
    void aHundredThousandRepostsLeaveNothingBehind() {
        try (Agent near = agent("near");
                Agent far = agent("far");
                Allocation mine = near.allocate((long) BLOCK * BLOCKS);
                Allocation theirs = far.allocate((long) BLOCK * BLOCKS)) {
            Peer peer = near.loadPeer(far.metadata());
            Pattern.fill(mine.segment(), 1, 0);
            try (Prepared local = near.prepare(DescriptorList.blocks(mine.segment(), BLOCK));
                    Prepared remote = near.prepare(peer, peer.region(0).blocks(BLOCK));
                    Transfer transfer = near.transfer(Operation.WRITE, local, remote)
                            .capacity(4)
                            .withNotifications()
                            .prepare()) {
                posts(far, transfer, POSTS / 2);
                long heap = ThisProcess.heapKib();
                long malloc = ThisProcess.mallocKib();
                posts(far, transfer, POSTS);
                assertThat(ThisProcess.heapKib() - heap)
                        .as("growth of the heap in KiB")
                        .isLessThan(GROWTH_KIB);
                ThisProcess.awaitMallocBelow(malloc + GROWTH_KIB);
                assertThat(Pattern.firstWrong(theirs.segment(), 1, 0)).isEqualTo(-1);
            }
        }
    }

    private static void posts(Agent far, Transfer transfer, int posts) {
        int[] blocks = new int[4];
        long seen = 0;
        for (int i = 0; i < posts; i++) {
            for (int b = 0; b < blocks.length; b++) {
                blocks[b] = (i * 7 + b) % BLOCKS;
            }
            transfer.select(blocks, blocks, blocks.length);
            transfer.post("layer");
            assertSuccess(transfer);
            if (i % KIB == 0) {
                seen += far.drainNotifications().size();
            }
        }
        while (seen < posts) {
            Notification one = far.awaitNotification(LIMIT);
            assertThat(one.text()).isEqualTo("layer");
            seen += 1 + far.drainNotifications().size();
        }
    }

    private static void assertSuccess(Transfer transfer) {
        Status status = transfer.await(LIMIT);
        if (status != Status.SUCCESS) {
            throw new AssertionError(transfer.failure());
        }
    }

    @Test
    void anAgentIsItsOwnPeer() {
        try (Agent agent = agent("self");
                Allocation memory = agent.allocate(2 << 20)) {
            Pattern.fill(memory.segment().asSlice(0, 1 << 20), 9, 0);
            for (Operation operation : List.of(Operation.WRITE, Operation.READ)) {
                DescriptorList first = DescriptorList.of(memory.segment().asSlice(0, 1 << 20));
                DescriptorList second = DescriptorList.of(memory.segment().asSlice(1 << 20));
                try (Transfer transfer = agent.transfer(operation, first, agent.self(), second)
                        .notifying("done " + operation)
                        .prepare()) {
                    transfer.post();
                    assertSuccess(transfer);
                    assertThat(agent.awaitNotification("self", LIMIT).text()).isEqualTo("done " + operation);
                }
                assertThat(Pattern.firstWrong(memory.segment().asSlice(1 << 20), 9, 0))
                        .isEqualTo(-1);
                if (operation == Operation.WRITE) {
                    memory.segment().asSlice(0, 1 << 20).fill((byte) 0); // the READ must bring it back
                }
            }
            assertThat(Pattern.firstWrong(memory.segment().asSlice(0, 1 << 20), 9, 0))
                    .isEqualTo(-1);
            agent.sendNotification(agent.self(), "to myself");
            assertThat(agent.awaitNotification(LIMIT).text()).isEqualTo("to myself");
        }
    }
}
