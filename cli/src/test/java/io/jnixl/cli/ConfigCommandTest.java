// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCommandTest {
    @TempDir
    Path folder;

    private String file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("jnixl.toml"), String.join("\n", lines) + "\n")
                .toString();
    }

    @Test
    void theReferenceHasEveryTable() {
        Run run = Run.of("config", "reference");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .contains("## [agent]", "### [backends.MEMORY]", "### [backends.POSIX]", "## [[selection]]", "### when")
                .contains(
                        "| `failover` | boolean | `false` | whether the next backend takes over from one that fails at"
                                + " prepare, or at a post before any byte has moved |");
    }

    @Test
    void whatIsSetIsShownWithItsOriginAndSecretsMasked() throws IOException {
        String file = file("[agent]", "deadline = \"2s\"", "listen_secret = \"open sesame\"");
        Run run = Run.of("config", "show", "--config", file);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^agent\\.deadline +=  ?2s +" + file + ":2:1$")
                .containsPattern("(?m)^agent\\.listen_secret += \\*\\*\\* +" + file + ":3:1$")
                .containsPattern("(?m)^agent\\.stall_timeout += 0s +default$")
                .doesNotContain("sesame");
    }

    @Test
    void selectionRulesAreShownAsTheyAreAsked() throws IOException {
        String file = file(
                "[agent]",
                "profile = 'night'",
                "[[selection]]",
                "when = { remote = 'FILE', min_bytes = '64K' }",
                "use = ['POSIX', 'MEMORY']",
                "[[profiles.night.selection]]",
                "deny = ['UCX']");
        Run run = Run.of("config", "show", "--config", file);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^selection\\.1 += deny = \\[\"UCX\"] +" + file + ":6:1$")
                .containsPattern("(?m)^selection\\.2 += when = \\{ remote = \"FILE\", min_bytes = 65536 },"
                        + " use = \\[\"POSIX\", \"MEMORY\"] +" + file + ":3:1$");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Run run =
                Run.of("config", "show", "--json", "--config", file("[agent]", "deadline = \"2s\"", "[backends.NONE]"));

        assertThat(run.status()).isZero();
        Map<String, Object> json = JSON.std.mapFrom(run.out());
        assertThat(json).containsEntry("schema", 1).containsEntry("error", null);
        assertThat((List<?>) json.get("settings"))
                .anySatisfy(setting -> assertThat(setting)
                        .hasToString(
                                "{key=agent.deadline, value=2s, origin=" + folder.resolve("jnixl.toml") + ":2:1}"));
        assertThat((List<?>) json.get("warnings")).hasSize(1);
    }

    @Test
    void aFileThatIsRightIsSaidToBe() throws IOException {
        String file = file("[agent]", "deadline = \"2s\"");
        Run run = Run.of("config", "check", file);

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(file + " is right" + System.lineSeparator());
    }

    @Test
    void warningsDoNotMakeItWrong() throws IOException {
        String file = file("[[selection]]", "use = ['MEMROY']");
        Run run = Run.of("config", "check", file);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("warning: selection names backend MEMROY, which was not found (" + file
                        + ":2:8); did you mean MEMORY?")
                .contains("is right");
    }

    @Test
    void everyProblemIsALineWithItsPlace() throws IOException {
        String file =
                file("[agent]", "deadlin = \"2s\"", "[[selection]]", "use = [\"UCX\", \"UCX\"]", "failover = true");
        Run run = Run.of("config", "check", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines())
                .contains("unknown setting agent.deadlin (" + file + ":2:1); did you mean agent.deadline?")
                .anyMatch(line -> line.contains("failover goes in a circle") && line.endsWith("(" + file + ":3:1)"))
                .noneMatch(line -> line.contains("is right"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    decorators.MEMORY | faults = ["fial:post:1"]     | fial:post:1
                    decorators.MEMORY | apply = ["metric"]           | there is no decorator "metric"
                    decorators.MEMORY | apply = ["faults", "faults"] | names a decorator twice
                    agent             | backends = ["NOPE"]          | backend NOPE is named by the settings and was not found
                    agent             | exchange = "nope"            | there is no metadata exchange nope
                    """)
    void whatNoAgentStartsWithIsWrong(String table, String line, String words) throws IOException {
        Run run = Run.of("config", "check", file("[" + table + "]", line));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains(words).doesNotContain("is right");
    }

    @Test
    void whatIsWrongIsShownWithTheRest() throws IOException {
        Run run = Run.of("config", "show", "--config", file("[agent]", "backends = [\"NOPE\"]"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).containsPattern("(?m)^agent\\.backends += NOPE ").contains("was not found");
    }

    @Test
    void whatIsNoTomlIsToldByLineAndColumn() throws IOException {
        String file = file("[agent]", "name = = 3");
        Run run = Run.of("config", "check", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("TOML syntax: ").contains("(" + file + ":2:8)");
    }

    @Test
    void aFileThatIsNotThereIsWrong() {
        Run run = Run.of("config", "check", folder.resolve("none.toml").toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("there is no such file");
    }

    /** What brings code in is refused here as it is for an agent. */
    @ParameterizedTest
    @CsvSource({"doctor --config", "config show --config", "config check"})
    void aSettingsFileThatAllCanWriteBringsNoPlugins(String command) throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.writeString(plugins.resolve("strange.jar"), "its name would be shown");
        String file = file("[agent]", "plugins = ['" + plugins + "']");
        Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-rw-rw-"));
        Run run = Run.of((command + " " + file).split(" ", -1));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("agent.plugins (" + file + ":2:1) cannot be followed")
                .contains("can be written by everybody")
                .doesNotContain("strange.jar");
    }
}
