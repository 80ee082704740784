// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Two agents with UCX in this process, with memory each; the near one knows the far one, and not the other way round. */
final class UcxPair implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final int BYTES = 1 << 20;

    final Agent near;
    final Agent far;
    final MemorySegment mine;
    final MemorySegment theirs;
    final Peer peer;
    private final Allocation theirAllocation;

    UcxPair(String engineConfig) {
        near = agent("near", engineConfig);
        far = agent("far", engineConfig);
        mine = near.allocate(BYTES).segment();
        theirAllocation = far.allocate(BYTES);
        theirs = theirAllocation.segment();
        peer = near.loadPeer(far.metadata());
    }

    static Agent agent(String name, String engineConfig) {
        return agent(name, Config.empty().with("backends.UCX.engine_config", engineConfig));
    }

    static Agent agent(String name, Config config) {
        return Agent.builder(name).config(config.with("agent.backends", "UCX")).build();
    }

    /** The first bytes of both memories. */
    Transfer transfer(Operation operation, long bytes) {
        return near.transfer(
                        operation,
                        DescriptorList.of(mine.asSlice(0, bytes)),
                        peer,
                        peer.region(0).slice(0, bytes))
                .withNotifications()
                .prepare();
    }

    static void succeeds(Transfer transfer) {
        assertThat(transfer.await(LIMIT)).as(transfer.failure().toString()).isEqualTo(Status.SUCCESS);
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
