// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireMetadata;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CommandsTest {
    private static final String M = Frames.MARKER;

    /** Metadata whose connection information contains the marker, twice, and one that looks like a command. */
    private static final byte[] WITH_MARKERS = new WireMetadata(
                    "a",
                    List.of(new WireMetadata.Connection("B", (M + "SEND " + M + "INVLpeer").getBytes(ISO_8859_1))),
                    List.of())
            .encode();

    private static final String PLAIN =
            text(new WireMetadata("a", List.of(new WireMetadata.Connection("B", new byte[] {1})), List.of()).encode());

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** The commands, a LOAD with its bytes. */
    private static List<String> parsed(String payload) throws ProtocolException {
        return Commands.parse(payload.getBytes(ISO_8859_1)).stream()
                .map(c -> c instanceof Command.Load(byte[] metadata) ? "LOAD " + text(metadata) : c.toString())
                .toList();
    }

    private static final String SEND = new Command.Send().toString();

    private static String invalidate(String name) {
        return new Command.Invalidate(name).toString();
    }

    @Test
    void oneCommand() throws ProtocolException {
        assertThat(parsed(M + "SEND")).containsExactly(SEND);
        assertThat(parsed(M + "INVLprefill-0")).containsExactly(invalidate("prefill-0"));
        assertThat(parsed(M + "LOAD" + PLAIN)).containsExactly("LOAD " + PLAIN);
        assertThat(parsed(M + "LOAD")).containsExactly("LOAD ");
    }

    @Test
    @DisplayName("G: two commands in one frame")
    void severalCommands() throws ProtocolException {
        assertThat(parsed(M + "SEND" + M + "LOAD" + PLAIN)).containsExactly(SEND, "LOAD " + PLAIN);
        assertThat(parsed(M + "LOAD" + PLAIN + M + "SEND")).containsExactly("LOAD " + PLAIN, SEND);
        assertThat(parsed(M + "LOAD" + M + "SEND")).containsExactly("LOAD ", SEND);
    }

    @Test
    @DisplayName("G: INVL followed by LOAD in one frame")
    void invalidateThenLoad() throws ProtocolException {
        assertThat(parsed(M + "INVLa" + M + "LOAD" + PLAIN)).containsExactly(invalidate("a"), "LOAD " + PLAIN);
    }

    @Test
    @DisplayName("G: a blob containing NIXLCOMM: survives whole")
    void metadataWithMarkers() throws ProtocolException {
        String metadata = text(WITH_MARKERS);
        assertThat(parsed(M + "LOAD" + metadata)).containsExactly("LOAD " + metadata);
        assertThat(parsed(M + "INVLa" + M + "LOAD" + metadata + M + "SEND"))
                .containsExactly(invalidate("a"), "LOAD " + metadata, SEND);
        assertThat(parsed(M + "LOAD" + metadata + "trailing" + M + "SEND"))
                .as("what is no marker behind the metadata belongs to it")
                .containsExactly("LOAD " + metadata + "trailing" + M + "SEND");
        assertThat(parsed(M + "LOADgarbage" + M + "SEND"))
                .as("malformed metadata takes the rest")
                .containsExactly("LOAD garbage" + M + "SEND");
    }

    @Test
    @DisplayName("G: unknown commands, and pieces shorter than four bytes")
    void others() throws ProtocolException {
        assertThat(parsed("")).isEmpty();
        assertThat(parsed(M)).isEmpty();
        assertThat(parsed("abc" + M + "SEN" + M + M + "SEND")).containsExactly(SEND);
        assertThat(parsed("hello" + M + "SEND")).containsExactly(new Command.Unknown("hell").toString(), SEND);
        assertThat(parsed(M + "\0\n\u00ffX" + M + "SEND"))
                .containsExactly(new Command.Unknown("\0\n\u00ffX").toString(), SEND);
        assertThat(parsed(M + "LOA")).isEmpty();
        assertThat(parsed("NIXLCOMM")).containsExactly(new Command.Unknown("NIXL").toString());
    }

    @Test
    void tooManyCommands() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> parsed((M + "SEND").repeat(17)))
                .withMessageContaining("16");
    }

    @Test
    void whatIsWrittenIsRead() throws ProtocolException {
        for (Command command : List.of(
                new Command.Send(),
                new Command.Invalidate("prefill-\u00e9"),
                new Command.Prove("1 hello 00"),
                new Command.Deny("no"))) {
            byte[] frame = Commands.frame(command, 1 << 20);
            assertThat(Commands.parse(Arrays.copyOfRange(frame, 8, frame.length)))
                    .containsExactly(command);
        }
        assertThat(Commands.frame(new Command.Load(WITH_MARKERS), 1 << 20)).isEqualTo(Frames.load(WITH_MARKERS));
        assertThat(Commands.frame(new Command.Send(), 13)).isEqualTo(Frames.frame(M + "SEND"));
    }

    @Test
    void moreThanAFrameHolds() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> Commands.frame(new Command.Load(new byte[8]), 20))
                .withMessageContaining("partialMetadata")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }
}
