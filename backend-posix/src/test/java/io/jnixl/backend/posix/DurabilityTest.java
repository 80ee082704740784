// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What was reported as durable outlives the writer and the machine. A process writes block after block to a file system in an
 * image, and is killed. The image as it is at that moment, without what the kernel still holds in memory for the file system in
 * it, is what would be left after a loss of power: it is copied, mounted, and looked at.
 */
@NeedsNative(Native.URING)
class DurabilityTest {
    private static final String SCRIPT = """
        set -e
        mkdir disk copy
        truncate -s 64M image
        mkfs.ext4 -q image
        mount -o loop image disk
        durable=$1
        engine=$2
        shift 2
        "$@" durable disk $engine $durable > written &
        writer=$!
        until [ $(grep -c '^wrote' written) -ge 300 ]; do kill -0 $writer; sleep 0.01; done
        kill -9 $writer
        wait $writer || true
        cp image crashed
        mount -o loop crashed copy
        "$@" durable-check copy $(grep -c '^wrote .*[.]$' written)
        """;

    private Child child;

    @BeforeEach
    void start() throws Exception {
        child = new Child();
    }

    @AfterEach
    void close() throws Exception {
        child.close();
    }

    /** With {@code no} nothing is promised, and little is there: so the test can see a loss. */
    @ParameterizedTest
    @CsvSource({"data, io_uring", "full, io_uring", "data, libaio", "data, pool", "no, io_uring"})
    void whatWasReportedIsThere(String durable, String engine) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting an image needs root");
        Path script = Files.writeString(child.folder().resolve("crash.sh"), SCRIPT);

        String output = child.java(List.of("unshare", "--mount", "sh", script.toString(), durable, engine));

        Matcher answer = Pattern.compile("of (\\d+) blocks (\\d+) are there").matcher(output);
        assertThat(answer.find()).as(output).isTrue();
        int reported = Integer.parseInt(answer.group(1));
        int there = Integer.parseInt(answer.group(2));
        assertThat(reported).isGreaterThanOrEqualTo(300);
        if (durable.equals("no")) {
            assertThat(there).isLessThan(reported);
        } else {
            assertThat(there).isEqualTo(reported);
        }
    }
}
