// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors.Form;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger may send that is wrong, each with the code that native NIXL answers. */
class HostileBytesTest {
    private static final int LENGTH_OF_NAME = 15;

    @Test
    @DisplayName("B: bad magic")
    void badMagic() {
        byte[] bytes = Golden.MD_FULL.bytes();
        bytes[10] = '!';

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(bytes));

        assertThat(e).hasMessageContaining("expected the header").hasMessageContaining("offset 0 of 307");
    }

    @Test
    void messagesShowAtMostEightBytesInHex() {
        byte[] bytes = "\u001b[31m a terminal escape, and much more than that".getBytes(UTF_8);

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(bytes));

        assertThat(e).hasMessageContaining("found 1b5b33316d206120..");
        assertThat(e.getMessage()).doesNotContain("\u001b").doesNotContain("escape");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1L, -9L, Long.MAX_VALUE, 1L << 32})
    @DisplayName("B: lengths 2^63 and 2^64-1")
    void lengthsNearTwoToThe63And64(long length) {
        byte[] bytes = Golden.NOTIF_HELLO.bytes();
        u64(bytes, LENGTH_OF_NAME, length);

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireNotification.decode(bytes));

        assertThat(e).hasMessageContaining(Long.toUnsignedString(length)).hasMessageContaining("\"name\"");
    }

    @Test
    @DisplayName("B: one more than remains")
    void lengthOfOneMoreThanRemains() {
        byte[] bytes = Golden.NOTIF_HELLO.bytes();
        int lengthOfMessage = bytes.length - 1 - 5 - 8;
        u64(bytes, lengthOfMessage, 6);

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireNotification.decode(bytes));

        assertThat(e).hasMessageContaining("claims 6 bytes, but only 5 can follow");
    }

    @Test
    @DisplayName("B: wrong tag")
    void wrongTag() {
        byte[] bytes = new SerDesWriter()
                .string("nome", "agentA")
                .bytes("msg", new byte[3])
                .toByteArray();

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireNotification.decode(bytes));

        assertThat(e).hasMessageContaining("expected tag \"name\", found 6e6f6d65");
    }

    @Test
    @DisplayName("B: wrong bar, which native accepts")
    void wrongEndOfRecordIsComparedUnlikeInNativeNixl() {
        byte[] bytes = Golden.NOTIF_HELLO.bytes();
        bytes[bytes.length - 1] = 'x';

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireNotification.decode(bytes));

        assertThat(e)
                .hasMessageContaining("expected '|' after 5 bytes of record \"msg\", found 78, at offset 46 of 47");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1L, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 32, 0x5555_5555_5555_5556L, 3})
    @DisplayName("B: huge n")
    void hugeCountsOfDescriptors(long count) {
        byte[] plain = listHead(Form.PLAIN, 0, count).bytes("", new byte[48]).toByteArray();
        byte[] withBlobs =
                listHead(Form.WITH_BLOBS, 0, count).bytes("", new byte[24]).toByteArray();

        refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(plain, Form.PLAIN));
        NixlException e = refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(withBlobs, Form.WITH_BLOBS));

        assertThat(e).hasMessageContaining(Long.toUnsignedString(count) + " descriptors cannot lie in the 33 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1L, Long.MIN_VALUE, Long.MAX_VALUE, 2})
    @DisplayName("B: huge counts of connections and sections")
    void hugeCountsOfConnectionsAndSections(long count) {
        byte[] connections = new SerDesWriter()
                .string("Agent", "a")
                .u64("Conns", count)
                .string("t", "UCX")
                .bytes("c", new byte[1])
                .toByteArray();
        byte[] sections = new SerDesWriter()
                .string("Agent", "a")
                .u64("Conns", 0)
                .string("", "MemSection")
                .u64("nixlSecElms", count)
                .toByteArray();

        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(connections));
        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(sections));
    }

    @Test
    @DisplayName("B: element below 24 bytes")
    void anElementShorterThanItsRange() {
        byte[] list = listHead(Form.WITH_BLOBS, 0, 1).bytes("", new byte[23]).toByteArray();
        byte[] padded = Arrays.copyOf(list, list.length + 64);

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(padded, Form.WITH_BLOBS));

        assertThat(e).hasMessageContaining("descriptor 0 has 23 bytes, expected at least 24");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    @DisplayName("B: memory kind 5 and -1")
    void aMemoryKindThatThereIsNot(int kind) {
        byte[] list = listHead(Form.PLAIN, kind, 0).toByteArray();

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(list));

        assertThat(e).hasMessageContaining("memory kind " + kind + " is not one of 0 to 4, at offset 39 of 71");
    }

    @Test
    void theOtherFormOfList() {
        refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(Golden.SDLIST.bytes()));
        refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(Golden.BDLIST.bytes(), Form.WITH_BLOBS));
    }

    @Test
    void aRangeThatEndsPastTwoToThe64() {
        byte[] list =
                listHead(Form.PLAIN, 0, 1).bytes("", range(-4096, 4097, 0)).toByteArray();
        byte[] fits =
                listHead(Form.PLAIN, 0, 1).bytes("", range(-4096, 4096, 0)).toByteArray();
        byte[] wholeFile =
                listHead(Form.PLAIN, 4, 1).bytes("", range(4096, -1, 0)).toByteArray();
        byte[] wholeMemory =
                listHead(Form.PLAIN, 0, 1).bytes("", range(4096, -1, 0)).toByteArray();

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(list));
        refused(ErrorCode.MISMATCH, () -> WireDescriptors.decode(wholeMemory));

        assertThat(e)
                .hasMessageContaining("descriptor 0: the range of 4097 bytes at 0xfffffffffffff000 ends past 2^64");
        assertThat(WireDescriptors.decode(fits).address(0)).isEqualTo(-4096);
        assertThat(WireDescriptors.decode(wholeFile, Form.PLAIN).length(0)).isEqualTo(-1);
    }

    @Test
    @DisplayName("B: empty agent")
    void anEmptyAgentName() {
        byte[] bytes = metadataHead("", 0)
                .string("", "MemSection")
                .u64("nixlSecElms", 0)
                .toByteArray();

        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(bytes));
    }

    @Test
    void aMissingAgentName() {
        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(new SerDesWriter().toByteArray()));
    }

    @Test
    @DisplayName("B: own name, decoded")
    void onesOwnNameIsTheCallersMatter() {
        assertThat(WireMetadata.decode(Golden.MD_FULL.bytes()).agent()).isEqualTo("agentA");
    }

    @Test
    void aNameThatIsNotUtf8() {
        byte[] metadata = Golden.MD_FULL.bytes();
        metadata[11 + 5 + 8] = (byte) 0xc0;
        byte[] notification = Golden.NOTIF_HELLO.bytes();
        notification[LENGTH_OF_NAME + 8] = (byte) 0x80;

        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(metadata));
        NixlException e = refused(ErrorCode.MISMATCH, () -> WireNotification.decode(notification));

        assertThat(e).hasMessageContaining("not well-formed UTF-8");
    }

    @Test
    @DisplayName("B: empty connection information")
    void emptyConnectionParts() {
        byte[] noInfo =
                metadataHead("a", 1).string("t", "UCX").bytes("c", new byte[0]).toByteArray();
        byte[] noBackend =
                metadataHead("a", 1).string("t", "").bytes("c", new byte[1]).toByteArray();

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(noInfo));
        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(noBackend));

        assertThat(e).hasMessageContaining("the information of connection 0 is empty");
    }

    @Test
    @DisplayName("B: Conns of width 4")
    void aConnectionCountOfFourBytes() {
        byte[] bytes = new SerDesWriter().string("Agent", "a").i32("Conns", 0).toByteArray();

        NixlException e = refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(bytes));

        assertThat(e).hasMessageContaining("record \"Conns\" has 4 bytes, expected 8");
    }

    @Test
    void anotherDelimiter() {
        byte[] bytes = metadataHead("a", 0)
                .string("", "MemSektion")
                .u64("nixlSecElms", 0)
                .toByteArray();

        refused(ErrorCode.MISMATCH, () -> WireMetadata.decode(bytes));
    }

    @Test
    void aSectionWithoutBackend() {
        byte[] bytes = sectionHead("").toByteArray();

        NixlException e = refused(ErrorCode.INVALID_PARAM, () -> WireMetadata.decode(bytes));

        assertThat(e).hasMessageContaining("the backend of section 0 is empty");
    }

    @Test
    void aSectionWithAMalformedOrEmptyList() {
        byte[] none = sectionHead("UCX").toByteArray();
        byte[] empty = listHead(sectionHead("UCX"), Form.WITH_BLOBS, 0, 0).toByteArray();
        byte[] kind = listHead(sectionHead("UCX"), Form.WITH_BLOBS, 5, 1)
                .bytes("", new byte[24])
                .toByteArray();
        byte[] plain = listHead(sectionHead("UCX"), Form.PLAIN, 0, 1)
                .bytes("", new byte[24])
                .toByteArray();

        refused(ErrorCode.NOT_FOUND, () -> WireMetadata.decode(none));
        refused(ErrorCode.NOT_FOUND, () -> WireMetadata.decode(empty));
        refused(ErrorCode.NOT_FOUND, () -> WireMetadata.decode(plain));
        NixlException e = refused(ErrorCode.NOT_FOUND, () -> WireMetadata.decode(kind));

        assertThat(e).hasMessageContaining("section 0").hasMessageContaining("memory kind 5");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("B: trailing garbage, accepted")
    void trailingGarbageIsAcceptedAsInNativeNixl(Golden golden) {
        byte[] bytes = golden.bytes();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
        longer[bytes.length] = (byte) 0xff;

        assertThat(golden.decode(longer)).isEqualTo(golden.decode(bytes));
    }

    static byte[] range(long address, long length, long device) {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(address)
                .putLong(length)
                .putLong(device)
                .array();
    }

    static SerDesWriter listHead(Form form, int kind, long count) {
        return listHead(new SerDesWriter(), form, kind, count);
    }

    private static SerDesWriter listHead(SerDesWriter writer, Form form, int kind, long count) {
        return writer.string("nixlDList", form.typeName()).i32("t", kind).u64("n", count);
    }

    private static SerDesWriter metadataHead(String agent, long connections) {
        return new SerDesWriter().string("Agent", agent).u64("Conns", connections);
    }

    private static SerDesWriter sectionHead(String backend) {
        return metadataHead("a", 0)
                .string("", "MemSection")
                .u64("nixlSecElms", 1)
                .string("bknd", backend);
    }

    private static void u64(byte[] bytes, int at, long value) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    }

    private static NixlException refused(ErrorCode code, ThrowingCallable call) {
        NixlException e = catchThrowableOfType(NixlException.class, call);
        assertThat(e).as("nothing was thrown").isNotNull();
        assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
        return e;
    }
}
