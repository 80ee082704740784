// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With MEMORY and POSIX running, in this order. */
class ExplainCommandTest {
    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void writeRules() throws IOException {
        config = Files.writeString(folder.resolve("jnixl.toml"), """
                [agent]
                backends = ["MEMORY", "POSIX"]
                [backends.POSIX]
                engine = "pool"
                [[selection]]
                when = { remote = "FILE", min_bytes = "2M" }
                use = ["POSIX"]
                [[selection]]
                when = { peer = "decode-*" }
                use = ["POSIX", "MEMORY"]
                """);
    }

    private Run explain(String more) {
        return Run.of(("explain --config " + config + " " + more).strip().split(" +", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                              | the order of backends | MEMORY",
                "--remote FILE                                 | the order of backends | MEMORY",
                "--remote file --bytes 2M                      | rule 1                | POSIX",
                "--remote FILE --bytes 2M --operation read     | rule 1                | POSIX",
                "--remote FILE --bytes 2097151 --descriptors 9 | the order of backends | MEMORY",
                "--peer decode-3                               | rule 2                | MEMORY",
                "--remote FILE --backends POSIX                | the caller            | POSIX",
            })
    void theChoiceHasAStar(String more, String rule, String choice) {
        Run run = explain(more == null ? "" : more);

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("decided by " + rule)
                .containsPattern("(?m)^\\* " + choice + " +chosen by " + rule);
    }

    @Test
    void everyBackendHasItsVerdict() {
        assertThat(explain("--remote FILE --bytes 2M").out())
                .containsPattern("(?m)^  MEMORY +not named by rule 1 \\(" + config + ":5:1\\)$")
                .containsPattern("(?m)^  UCX +\\S")
                .containsPattern("(?m)^  GDS +\\S");
        assertThat(explain("--peer decode-3").out()).containsPattern("(?m)^  POSIX +does not reach other agents$");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Map<String, Object> json =
                JSON.std.mapFrom(explain("--json --remote FILE --bytes 2M").out());

        assertThat(json)
                .containsEntry("schema", 1)
                .containsEntry("chosen", "POSIX")
                .containsEntry("rule", "rule 1 (" + config + ":5:1)");
        assertThat((List<?>) json.get("candidates"))
                .anySatisfy(one -> assertThat(one)
                        .hasToString("{backend=POSIX, chosen=true, reason=chosen by rule 1 (" + config + ":5:1)}"));
    }

    @Test
    void noneIsStatusOne() {
        Run run = explain("--local VRAM --remote VRAM");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("(?m)^  MEMORY +does not take VRAM$")
                .doesNotContain("* ");
        assertThat(explain("--backends NONE").err()).contains("backend NONE does not run in this agent");
    }

    @ParameterizedTest
    @CsvSource({"--bytes 3X", "--descriptors 0", "--descriptors many", "--local RAM", "--operation copy"})
    void whatMakesNoSenseIsAUsageError(String more) {
        Run run = explain(more);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Try: jnixl explain --help");
    }
}
