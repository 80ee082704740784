// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.wire.WireMetadata;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Metadata that running native 1.4.0 agents over UCX 1.22 wrote, given to an agent with UCX. Those agents are long gone, so
 * that it goes as far as UCX comes without them.
 */
@NeedsNative(Native.UCX)
class NativeMetadataTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "md_agent_native14_ucx122.bin",
                "md_agent_native14_ucx122_tcp.bin",
                "md_agent_native14_conn_only.bin"
            })
    void loadsUntilUcxMustConnectAndIsWrittenBackByteForByte(String file) throws IOException {
        byte[] bytes = read(file);
        assertThat(WireMetadata.decode(bytes).encode()).isEqualTo(bytes);
        try (Agent agent = agent("me")) {
            load(agent, bytes);
            assertThat(agent.peer("target").map(Peer::name).orElse("target")).isEqualTo("target");
            movesBytesStill(agent);
        }
    }

    /** The library here may be of the other series: then the remote keys cannot be unpacked, and nothing may stay. */
    private static void load(Agent agent, byte[] bytes) {
        try {
            Peer peer = agent.loadPeer(bytes);
            assertThat(peer.name()).isEqualTo("target");
            assertThat(peer.backends()).containsExactly("UCX");
        } catch (NixlException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BACKEND);
            assertThat(e).hasMessageContaining("target").hasMessageContaining("UCX");
            assertThat(agent.peers()).isEmpty();
            System.out.println(e.getMessage());
        }
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = NativeMetadataTest.class.getResourceAsStream(file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        }
    }

    private static Agent agent(String name) {
        return Agent.builder(name)
                .config(Config.empty()
                        .with("agent.backends", "UCX")
                        // the addresses in the files must not be called
                        .with("backends.UCX.engine_config", "NET_DEVICES=lo"))
                .build();
    }

    private static void movesBytesStill(Agent agent) {
        try (Agent other = agent("other");
                Allocation near = agent.allocate(4096);
                Allocation far = other.allocate(4096)) {
            near.segment().fill((byte) 7);
            Peer peer = agent.loadPeer(other.metadata());
            try (Transfer transfer = agent.transfer(
                            Operation.WRITE,
                            DescriptorList.of(near.segment()),
                            peer,
                            peer.region(0).slice(0, 4096))
                    .prepare()) {
                transfer.post();
                assertThat(transfer.await(LIMIT))
                        .as(transfer.failure().toString())
                        .isEqualTo(Status.SUCCESS);
            }
            assertThat(far.segment().mismatch(near.segment())).isEqualTo(-1);
        }
    }
}
