// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireMetadata.Connection;
import io.jnixl.spi.wire.WireMetadata.Section;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WireMetadataTest {
    @Test
    @DisplayName("A: connections of several backends in any order")
    void severalBackendsInAnyOrderKnownOrNot() {
        WireMetadata metadata = new WireMetadata(
                "agent-ß",
                List.of(connection("ZZZ", 3), connection("UCX", 1)),
                List.of(
                        section("ZZZ", MemoryKind.OBJ),
                        section("UCX", MemoryKind.VRAM),
                        section("ABC", MemoryKind.VRAM)));

        WireMetadata read = WireMetadata.decode(metadata.encode());

        assertThat(read).isEqualTo(metadata).hasSameHashCodeAs(metadata);
        assertThat(read.connections()).extracting(Connection::backend).containsExactly("ZZZ", "UCX");
        assertThat(read.sections()).extracting(Section::backend).containsExactly("UCX", "ABC", "ZZZ");
    }

    @Test
    void unsortedMetadataIsTakenAndPutInOrder() {
        WireDescriptors unsorted =
                WireDescriptors.of(MemoryKind.DRAM, new long[] {2, 1}, new long[] {1, 1}, new long[] {0, 0});
        SerDesWriter writer = new SerDesWriter()
                .string("Agent", "a")
                .u64("Conns", 0)
                .string("", "MemSection")
                .u64("nixlSecElms", 1)
                .string("bknd", "UCX");
        unsorted.write(writer, WireDescriptors.Form.WITH_BLOBS);

        WireMetadata read = WireMetadata.decode(writer.toByteArray());

        assertThat(read.sections().getFirst().descriptors()).isEqualTo(unsorted.sorted());
        assertThat(WireMetadata.decode(read.encode())).isEqualTo(read);
    }

    @Test
    void severalSectionsOfOneBackendAndKindAreTaken() {
        WireMetadata twice = new WireMetadata(
                "a", List.of(), List.of(section("UCX", MemoryKind.DRAM), section("UCX", MemoryKind.DRAM)));

        assertThat(WireMetadata.decode(twice.encode()).sections()).hasSize(2);
    }

    @Test
    void connectionInformationIsCopiedInAndOut() {
        byte[] info = {1, 2};
        Connection connection = new Connection("UCX", info);

        info[0] = 9;
        connection.info()[1] = 9;

        assertThat(connection.info()).containsExactly(1, 2);
        assertThat(connection).isEqualTo(connection("UCX", 1, 2)).isNotEqualTo(connection("UCX", 1));
    }

    @Test
    void whatNativeAgentsRefuseIsNotMade() {
        WireDescriptors none = WireDescriptors.of(MemoryKind.DRAM, new long[0], new long[0], new long[0]);

        refused("the agent's name is empty", () -> new WireMetadata("", List.of(), List.of()));
        refused("half of a surrogate pair", () -> new WireMetadata("x\udc00", List.of(), List.of()));
        refused("a connection's backend is empty", () -> new Connection("", new byte[1]));
        refused("connection information of backend UCX is empty", () -> new Connection("UCX", new byte[0]));
        refused(
                "a section's backend is empty",
                () -> new Section(
                        "", Golden.fullMetadata().sections().getFirst().descriptors()));
        refused("has no descriptors", () -> new Section("UCX", none));
    }

    private static Connection connection(String backend, int... info) {
        byte[] bytes = new byte[info.length];
        for (int i = 0; i < info.length; i++) {
            bytes[i] = (byte) info[i];
        }
        return new Connection(backend, bytes);
    }

    private static Section section(String backend, MemoryKind kind) {
        return new Section(
                backend, WireDescriptors.of(kind, new long[] {4096}, new long[] {1}, new long[1], new byte[9]));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }
}
