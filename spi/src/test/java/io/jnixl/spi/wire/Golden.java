// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.wire.WireDescriptors.Form;
import io.jnixl.spi.wire.WireMetadata.Connection;
import io.jnixl.spi.wire.WireMetadata.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Bytes that native NIXL's own code wrote, with what has to read and write them. The values in {@code md_full} and the small
 * files are known; those ending in {@code native14} come from a running agent of NIXL 1.4.0.
 */
@SuppressWarnings("ImmutableEnumChecker") // the bytes are handed out as copies, the functions hold no state
enum Golden {
    NOTIF_HELLO("notif_hello", WireNotification::decode, v -> ((WireNotification) v).encode()),
    NOTIF_EMPTY("notif_empty", WireNotification::decode, v -> ((WireNotification) v).encode()),
    BDLIST("bdlist", Golden::plain, v -> ((WireDescriptors) v).encode(Form.PLAIN)),
    XFER_DLIST("xfer_dlist_native14", Golden::plain, v -> ((WireDescriptors) v).encode(Form.PLAIN)),
    SDLIST("sdlist", Golden::withBlobs, v -> ((WireDescriptors) v).encode(Form.WITH_BLOBS)),
    MD_EMPTY_PARTIAL("md_empty_partial", WireMetadata::decode, v -> ((WireMetadata) v).encode()),
    MD_FULL("md_full", WireMetadata::decode, v -> ((WireMetadata) v).encode()),
    MD_UCX("md_agent_native14_ucx122", WireMetadata::decode, v -> ((WireMetadata) v).encode()),
    MD_UCX_TCP("md_agent_native14_ucx122_tcp", WireMetadata::decode, v -> ((WireMetadata) v).encode()),
    MD_CONN_ONLY("md_agent_native14_conn_only", WireMetadata::decode, v -> ((WireMetadata) v).encode());

    private final byte[] bytes;
    private final Function<byte[], Object> decoder;
    private final Function<Object, byte[]> encoder;

    Golden(String file, Function<byte[], Object> decoder, Function<Object, byte[]> encoder) {
        this.bytes = read(file);
        this.decoder = decoder;
        this.encoder = encoder;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    Object decode(byte[] from) {
        return decoder.apply(from);
    }

    byte[] encode(Object value) {
        return encoder.apply(value);
    }

    /** What {@code md_full} was made from, in the order in which it was given to the native code. */
    static WireMetadata fullMetadata() {
        byte[] address = new byte[32];
        for (int i = 0; i < address.length; i++) {
            address[i] = (byte) (i * 7);
        }
        WireDescriptors descriptors = WireDescriptors.of(
                MemoryKind.DRAM,
                new long[] {0x2000, 0x1000},
                new long[] {64, 128},
                new long[] {0, 0},
                "RKEY2".getBytes(UTF_8),
                "RKEY1".getBytes(UTF_8));
        return new WireMetadata(
                "agentA", List.of(new Connection("UCX", address)), List.of(new Section("UCX", descriptors)));
    }

    static byte[] read(String file) {
        String resource = "/golden/" + file + ".bin";
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WireDescriptors plain(byte[] from) {
        return WireDescriptors.decode(from, Form.PLAIN);
    }

    private static WireDescriptors withBlobs(byte[] from) {
        return WireDescriptors.decode(from, Form.WITH_BLOBS);
    }
}
