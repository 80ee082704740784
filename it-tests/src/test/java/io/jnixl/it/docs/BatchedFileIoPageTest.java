// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that docs/batched-file-io.md shows are those that the build compiles and runs. */
class BatchedFileIoPageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    @ParameterizedTest
    @ValueSource(strings = {"jnixl", "channel"})
    void thePageQuotesWhatIsCompiled(String program) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/batched-file-io.md"));
        String source =
                Files.readString(ROOT.resolve("examples/src/main/java/io/jnixl/examples/programs/TenLines.java"));
        String begin = "// begin " + program + "\n";
        String body = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("// end " + program))
                .stripIndent();
        assertThat(body.lines().count()).isGreaterThan(8);
        assertThat(page).contains(body.strip());
    }
}
