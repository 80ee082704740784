// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the comparison still runs, on both sides, and moves what it says; not how fast. */
@NeedsNative(Native.UCX)
class TwinsIT {
    private static final String CASES = "WRITE:8x64,READ:65536x3,P50:4096x1,PING,PINGDATA:4096x1";

    @Test
    void runsBesideTheProgramInC() throws Exception {
        String table = run("--mode", "private,shared", "--cases", CASES, "--no-control");
        assertThat(table)
                .contains("### Private memory", "### Memory allocated", "| WRITE 8 B x 64 |", "| READ 64 KiB x 3 |")
                .contains("| WRITE 4 KiB x 1, p50 |", "| round trip |", "| WRITE 4 KiB x 1, notified and answered |");
    }

    private static String run(String... options) throws Exception {
        Stream<String> soonDone = Stream.of("--pairs", "1", "--millis", "1", "--warm-up", "1", "--memory", "1048576");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Twins.run(
                Options.parse(Stream.concat(Stream.of(options), soonDone).toArray(String[]::new)),
                new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8);
    }
}
