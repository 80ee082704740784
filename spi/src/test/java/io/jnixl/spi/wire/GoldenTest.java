// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.spi.wire.WireDescriptors.Form;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads what native NIXL wrote, and writes it byte for byte. */
class GoldenTest {
    @ParameterizedTest
    @EnumSource
    void everyFileIsWrittenBackByteForByte(Golden golden) {
        Object value = golden.decode(golden.bytes());

        assertThat(golden.encode(value)).isEqualTo(golden.bytes());
    }

    @Test
    @DisplayName("A: header only")
    void aBlobWithoutRecords() {
        byte[] golden = Golden.read("serdes_empty");

        assertThat(new SerDesWriter().toByteArray()).isEqualTo(golden);
        assertThat(new SerDesReader(golden).remaining()).isZero();
    }

    @Test
    @DisplayName("A: notifications, hello and empty")
    void notifications() {
        WireNotification hello = new WireNotification("agentA", "hello".getBytes(UTF_8));
        WireNotification empty = new WireNotification("agentA", new byte[0]);

        assertThat(hello.encode()).isEqualTo(Golden.NOTIF_HELLO.bytes());
        assertThat(empty.encode()).isEqualTo(Golden.NOTIF_EMPTY.bytes());
        assertThat(WireNotification.decode(Golden.NOTIF_HELLO.bytes())).isEqualTo(hello);
        assertThat(WireNotification.decode(Golden.NOTIF_EMPTY.bytes())).isEqualTo(empty);
    }

    @Test
    @DisplayName("A: transfer list of two entries")
    void aTransferList() {
        DescriptorList list = DescriptorList.of(
                MemoryKind.DRAM, new long[] {0, 3}, new long[] {0x1000, 0x2000}, new long[] {256, 512});

        assertThat(WireDescriptors.encode(list)).isEqualTo(Golden.BDLIST.bytes());
        assertThat(WireDescriptors.decode(Golden.BDLIST.bytes())).isEqualTo(list);
    }

    @Test
    void aTransferListOfARunningAgent() {
        DescriptorList list = WireDescriptors.decode(Golden.XFER_DLIST.bytes());

        assertThat(list)
                .isEqualTo(DescriptorList.of(MemoryKind.DRAM, 0, new long[] {0x7ff80b200000L}, new long[] {1L << 30}));
    }

    @Test
    @DisplayName("A: registration list of one entry with NUL in its blob")
    void aListWithBlobs() {
        byte[] meta = {'m', 'e', 't', 'a', 0, 'x'};
        WireDescriptors list = WireDescriptors.of(
                MemoryKind.VRAM, new long[] {0x7f0000001000L}, new long[] {4096}, new long[] {1}, meta);

        assertThat(list.encode(Form.WITH_BLOBS)).isEqualTo(Golden.SDLIST.bytes());
        assertThat(WireDescriptors.decode(Golden.SDLIST.bytes(), Form.WITH_BLOBS))
                .isEqualTo(list);
        assertThat(list.blob(0)).isEqualTo(meta);
    }

    @Test
    @DisplayName("A: full metadata, one connection and two descriptors, sorted")
    void metadataComesOutSorted() {
        WireMetadata metadata = Golden.fullMetadata();

        assertThat(metadata.encode()).isEqualTo(Golden.MD_FULL.bytes());
        assertThat(WireMetadata.decode(Golden.MD_FULL.bytes())).isEqualTo(metadata);
    }

    @Test
    @DisplayName("A: no sections; partial without connections")
    void metadataWithNothingInIt() {
        WireMetadata metadata = new WireMetadata("agentA", List.of(), List.of());

        assertThat(metadata.encode()).isEqualTo(Golden.MD_EMPTY_PARTIAL.bytes()).hasSize(100);
        assertThat(WireMetadata.decode(Golden.MD_EMPTY_PARTIAL.bytes())).isEqualTo(metadata);
    }

    @Test
    @DisplayName("A: full metadata of a running native agent")
    void metadataOfARunningAgent() {
        WireMetadata metadata = WireMetadata.decode(Golden.MD_UCX.bytes());

        assertThat(metadata.agent()).isEqualTo("target");
        assertThat(metadata.connections()).singleElement().satisfies(c -> {
            assertThat(c.backend()).isEqualTo("UCX");
            assertThat(c.info()).startsWith(0x20);
        });
        assertThat(metadata.sections()).singleElement().satisfies(s -> {
            assertThat(s.backend()).isEqualTo("UCX");
            assertThat(s.descriptors().kind()).isEqualTo(MemoryKind.DRAM);
            assertThat(s.descriptors().size()).isEqualTo(1);
            assertThat(s.descriptors().length(0)).isEqualTo(1L << 30);
            assertThat(s.descriptors().device(0)).isZero();
            assertThat(s.descriptors().blobLength(0)).isEqualTo(11);
        });
    }

    @Test
    @DisplayName("A: partial with connections")
    void connectionInformationOfARunningAgent() {
        WireMetadata metadata = WireMetadata.decode(Golden.MD_CONN_ONLY.bytes());

        assertThat(metadata.connections()).hasSize(1);
        assertThat(metadata.sections()).isEmpty();
    }
}
