// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.SerDesReader;
import io.jnixl.spi.wire.WireMetadata;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Commands as bytes: a marker, four letters, and what belongs to the command. This side writes one command into each frame. Of
 * others it takes several: each ends where the next marker begins.
 *
 * <p>A LOAD is another matter, since its metadata may contain the marker. It ends where its metadata ends if a marker stands
 * there, and takes the rest of the frame otherwise, as it does when the metadata is malformed. Native agents cut metadata at
 * the marker and refuse it; nothing can be done about that on this side.
 */
public final class Commands {
    private static final byte[] MARKER = "NIXLCOMM:".getBytes(US_ASCII);
    private static final int LETTERS = 4;
    private static final byte[] NOTHING = new byte[0];

    /** More in one frame are not meant; each may cost an answer. */
    private static final int MOST = 16;

    /** Of texts of our own commands. */
    private static final int LONGEST_TEXT = 1024;

    private Commands() {}

    // ---- reading

    /**
     * What a frame says, in order.
     *
     * @throws ProtocolException for more commands than anyone has in mind
     */
    public static List<Command> parse(byte[] frame) throws ProtocolException {
        List<Command> commands = new ArrayList<>(2);
        int marker = find(frame, 0);
        int before = marker < 0 ? frame.length : marker;
        if (before >= LETTERS) {
            commands.add(new Command.Unknown(text(frame, 0, LETTERS, ISO_8859_1)));
        }
        while (marker >= 0) {
            int start = marker + MARKER.length;
            int next = find(frame, start);
            int end = next < 0 ? frame.length : next;
            if (end - start < LETTERS) {
                marker = next; // too short for a command: passed over, as native agents do
                continue;
            }
            if (commands.size() == MOST) {
                throw new ProtocolException("more than " + MOST + " commands in a frame");
            }
            String letters = text(frame, start, start + LETTERS, ISO_8859_1);
            int rest = start + LETTERS;
            if (letters.equals("LOAD") && end < frame.length) {
                end = endOfLoad(frame, rest);
                next = end < frame.length ? end : -1;
            }
            commands.add(command(letters, frame, rest, end));
            marker = next;
        }
        return commands;
    }

    private static Command command(String letters, byte[] frame, int from, int to) {
        return switch (letters) {
            case "LOAD" -> new Command.Load(Arrays.copyOfRange(frame, from, to));
            case "SEND" -> new Command.Send();
            case "INVL" -> new Command.Invalidate(text(frame, from, to, UTF_8));
            case "JNXA" -> new Command.Prove(text(frame, from, Math.min(to, from + LONGEST_TEXT), UTF_8));
            case "DENY" -> new Command.Deny(text(frame, from, Math.min(to, from + LONGEST_TEXT), UTF_8));
            default -> new Command.Unknown(letters);
        };
    }

    /** Where metadata ends that has a marker in it or behind it. */
    private static int endOfLoad(byte[] frame, int from) {
        if (isMarker(frame, from)) {
            return from; // a LOAD of nothing
        }
        try {
            SerDesReader reader =
                    new SerDesReader(MemorySegment.ofArray(frame).asSlice(from, (long) frame.length - from));
            WireMetadata.decode(reader);
            int end = from + (int) reader.offset();
            return isMarker(frame, end) ? end : frame.length;
        } catch (NixlException e) {
            return frame.length; // whoever loads it will say what is wrong
        }
    }

    private static String text(byte[] frame, int from, int to, Charset charset) {
        return new String(frame, from, to - from, charset);
    }

    private static int find(byte[] frame, int from) {
        for (int i = from; i <= frame.length - MARKER.length; i++) {
            if (frame[i] == MARKER[0] && isMarker(frame, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isMarker(byte[] frame, int at) {
        return at <= frame.length - MARKER.length
                && Arrays.equals(frame, at, at + MARKER.length, MARKER, 0, MARKER.length);
    }

    // ---- writing

    /**
     * The frame that says this.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for more than a frame may hold
     */
    public static byte[] frame(Command command, long limit) {
        return switch (command) {
            case Command.Load(byte[] metadata) -> frame("LOAD", metadata, limit);
            case Command.Send() -> frame("SEND", NOTHING, limit);
            case Command.Invalidate(String name) -> frame("INVL", name.getBytes(UTF_8), limit);
            case Command.Prove(String text) -> frame("JNXA", text.getBytes(UTF_8), limit);
            case Command.Deny(String why) -> frame("DENY", why.getBytes(UTF_8), limit);
            case Command.Unknown(String letters) -> frame(letters, NOTHING, limit);
        };
    }

    private static byte[] frame(String letters, byte[] rest, long limit) {
        byte[] start = Arrays.copyOf(MARKER, MARKER.length + LETTERS);
        System.arraycopy(letters.getBytes(ISO_8859_1), 0, start, MARKER.length, LETTERS);
        if (rest.length > limit - start.length) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "metadata of " + rest.length + " bytes; a frame takes " + (limit - start.length))
                    .remedy("send it in parts: Agent.partialMetadata")
                    .build();
        }
        return FrameDecoder.encode(start, rest);
    }
}
