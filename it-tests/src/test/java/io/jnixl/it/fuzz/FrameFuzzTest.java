// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jnixl.agent.internal.meeting.Budget;
import io.jnixl.agent.internal.meeting.Command;
import io.jnixl.agent.internal.meeting.Commands;
import io.jnixl.agent.internal.meeting.FrameDecoder;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/**
 * Any stream of bytes is frames and commands, which can be written and read again, or is refused; where it is cut does not
 * matter. See {@code docs/fuzzing.md}.
 */
class FrameFuzzTest {
    private static final long LIMIT = 1 << 20;

    @DictionaryFile(resourcePath = "wire.dict")
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of a whole fuzzing run; the default would end it
    @FuzzTest(maxDuration = "10m")
    void decode(byte[] bytes) throws ProtocolException {
        List<String> whole = read(bytes, Math.max(1, bytes.length));
        assertThat(read(bytes, 1)).isEqualTo(whole);
        assertThat(read(bytes, 7)).isEqualTo(whole);
    }

    /** What the stream says, up to where it is refused, when it comes in pieces of this size. */
    private static List<String> read(byte[] bytes, int piece) throws ProtocolException {
        List<String> said = new ArrayList<>();
        Budget budget = new Budget(LIMIT);
        try (FrameDecoder decoder = new FrameDecoder(LIMIT, budget)) {
            for (int at = 0; at < bytes.length; ) {
                at = decoder.feed(bytes, at, Math.min(bytes.length, at + piece));
                byte[] frame = decoder.frame();
                if (frame != null) {
                    for (Command command : Commands.parse(frame)) {
                        said.add(shown(command));
                        writtenAndRead(command);
                    }
                    decoder.release();
                }
            }
        } catch (ProtocolException e) {
            said.add("refused");
        }
        assertThat(budget.used()).isZero();
        return said;
    }

    /** One command in a frame of its own says the same, but for texts that are not UTF-8 and words outside of a command. */
    private static void writtenAndRead(Command command) throws ProtocolException {
        byte[] frame = Commands.frame(command, 2 * LIMIT);
        List<Command> again = Commands.parse(Arrays.copyOfRange(frame, Long.BYTES, frame.length));
        if (command instanceof Command.Load(byte[] metadata)) {
            assertThat(again)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Command.Load.class,
                            load -> assertThat(load.metadata()).isEqualTo(metadata));
        } else if (!(command instanceof Command.Unknown)) {
            assertThat(again).singleElement().hasSameClassAs(command);
        }
    }

    private static String shown(Command command) {
        return command instanceof Command.Load(byte[] metadata)
                ? "LOAD " + new String(metadata, ISO_8859_1)
                : command.toString();
    }
}
