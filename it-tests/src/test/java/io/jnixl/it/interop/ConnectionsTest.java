// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.interop;

import static io.jnixl.it.interop.UcxPair.succeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.it.ucx.ThisProcess;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Group F of the interoperation checklist (docs/interop.md) within one process: connections that come, go and fail. */
@ParameterizedClass
@ValueSource(strings = {"", "TLS=tcp"})
@NeedsNative(Native.UCX)
class ConnectionsTest {
    private static final int ROUNDS = 1000;

    /** What native code keeps for the next time; a leak of an endpoint would be some 10 KiB per round. */
    private static final long GROWTH_KIB = 4 << 10;

    @Parameter
    String engineConfig = "";

    @Test
    @DisplayName("F: invalidate, then an old transfer answers NOT_FOUND")
    void invalidated() {
        try (UcxPair pair = new UcxPair(engineConfig);
                Transfer write = pair.transfer(Operation.WRITE, 64)) {
            write.post();
            succeeds(write);
            pair.near.invalidatePeer("far");
            assertThat(write.post()).isEqualTo(Status.NOT_FOUND);
            Peer again = pair.near.loadPeer(pair.far.metadata());
            assertThat(again.epoch()).isGreaterThan(pair.peer.epoch());
            assertThat(write.post())
                    .as("the new incarnation is not the old one")
                    .isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    @DisplayName("F: reconnect under the same name with a new address, after invalidate and without")
    void sameNameNewAddress() {
        try (UcxPair pair = new UcxPair(engineConfig)) {
            Transfer old = pair.transfer(Operation.WRITE, 64);
            old.post();
            succeeds(old);
            pair.far.close();
            for (boolean invalidate : new boolean[] {false, true}) {
                try (Agent reborn = UcxPair.agent("far", engineConfig);
                        Allocation memory = reborn.allocate(4096)) {
                    if (invalidate) {
                        pair.near.peer("far").ifPresent(p -> pair.near.invalidatePeer("far"));
                    }
                    Peer now = pair.near.loadPeer(reborn.metadata());
                    assertThat(old.post()).isEqualTo(Status.NOT_FOUND);
                    pair.mine.fill((byte) 9);
                    try (Transfer write = pair.near
                            .transfer(
                                    Operation.WRITE,
                                    DescriptorList.of(pair.mine.asSlice(0, 4096)),
                                    now,
                                    now.region(0).slice(0, 4096))
                            .prepare()) {
                        write.post();
                        succeeds(write);
                    }
                    assertThat(memory.segment().mismatch(pair.mine.asSlice(0, 4096)))
                            .isEqualTo(-1);
                }
            }
            old.close();
        }
    }

    @Test
    @DisplayName("F: close with requests outstanding")
    void closedUnderTransfers() {
        List<Transfer> running = new ArrayList<>();
        try (UcxPair pair = new UcxPair(engineConfig)) {
            for (int i = 0; i < 64; i++) {
                Transfer write = pair.transfer(Operation.WRITE, UcxPair.BYTES);
                running.add(write);
                write.post("bye");
            }
        }
        assertThat(running)
                .allSatisfy(transfer -> assertThat(transfer.poll())
                        .isIn(Status.SUCCESS, Status.CANCELED, Status.NOT_FOUND, Status.REMOTE_DISCONNECT));
    }

    @Test
    @DisplayName("F: connected and closed 1 000 times without a leak")
    void aThousandConnections() throws IOException {
        try (UcxPair pair = new UcxPair(engineConfig)) {
            byte[] metadata = pair.far.metadata();
            rounds(pair, metadata, ROUNDS / 5);
            long files = ThisProcess.openFiles();
            long memory = ThisProcess.mallocKib();
            rounds(pair, metadata, ROUNDS);
            assertThat(ThisProcess.openFiles() - files).as("file descriptors").isLessThan(16);
            ThisProcess.awaitMallocBelow(memory + GROWTH_KIB);
        }
    }

    private static void rounds(UcxPair pair, byte[] metadata, int rounds) {
        for (int i = 0; i < rounds; i++) {
            Peer peer = pair.near.loadPeer(metadata);
            peer.connect();
            pair.near.invalidatePeer("far");
        }
    }
}
