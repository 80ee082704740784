// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.spi.BackendConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlFileTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    @Test
    void nativeValuesBecomeTheOptionsText() {
        sources.toml(
                "[agent]",
                "backends = [ \"UCX\", \"OBJ\" ]",
                "notification_queue = 65536",
                "[backends.UCX]",
                "num_workers = 0x10",
                "fast = true",
                "devices = \"mlx5_0 mlx5_1\"");
        Settings settings = sources.resolve();
        BackendConfig ucx = settings.backend("UCX");
        assertThat(settings.get(AgentOptions.BACKENDS)).containsExactly("UCX", "OBJ");
        assertThat(settings.get(AgentOptions.NOTIFICATION_QUEUE)).isEqualTo(65536);
        assertThat(ucx.get(Sources.WORKERS)).isEqualTo(16);
        assertThat(ucx.get(Sources.FAST)).isTrue();
        assertThat(ucx.get(Sources.DEVICES)).containsExactly("mlx5_0", "mlx5_1");
    }

    @Test
    void allWaysOfWritingATableAreTheSame() {
        sources.toml("backends = { UCX = { num_workers = 4 } }", "agent.deadline = \"2s\"");
        Settings settings = sources.resolve();
        assertThat(settings.get(AgentOptions.DEADLINE)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.backend("UCX").get(Sources.WORKERS)).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent.deadline = 1.5",
                "agent.deadline = 2020-01-01",
                "agent.deadline = [\"2s\"]",
                "agent.deadline.x = 1",
                "agent.backends = [1, 2]",
                "agent.backends = [\"UCX,OBJ\"]",
                "agent.backends = [\"UCX OBJ\"]",
                "agent.backends = [\"\"]",
                "agent.backends = [[\"UCX\"]]",
                "agent = 3",
                "agent = [\"a\"]",
                "backends = 3",
                "backends.UCX = 3",
                "agent.deadline = 99999999999999999",
                "backends.UCX.num_workers = -1"
            })
    void otherTypesAreErrors(String line) {
        sources.toml("", line);
        assertThat(sources.failure()).contains("jnixl.toml:2:");
    }

    @Test
    void otherTablesAreErrors() {
        sources.toml("[agnt]", "x = 1", "[logging]", "level = 1");
        assertThat(sources.failure())
                .contains("unknown setting agnt (jnixl.toml:1:1); did you mean agent?")
                .contains(
                        "unknown setting logging (jnixl.toml:3:1); there are: agent, backends, decorators, exchanges, profiles, selection");
    }

    @Test
    void allSyntaxErrorsAreToldWithLineAndColumn() {
        sources.toml("[agent]", "deadline = ", "  reload == 1", "[x");
        assertThat(sources.failure())
                .contains("(jnixl.toml:2:12)")
                .contains("(jnixl.toml:3:11)")
                .contains("(jnixl.toml:4:3)")
                .contains("TOML syntax:");
    }

    @Test
    void syntaxErrorsAreBounded() {
        sources.toml("x = y\n".repeat(500));
        assertThat(sources.failure()).contains("500 settings are wrong").hasLineCount(22);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret_key = hunter2",
                "secret_key = 'a' 'hunter2'",
                "secret_key = 12hunter2",
                "secret_key = \"hunter2",
                "secret_key = \"hunter2\\q\"",
                "secret_key = [hunter2",
                "secret_key = 1 hunter2 'it' isn't, expected",
                "secret_key = 3 'hunter2, expected'x"
            })
    void syntaxErrorsQuoteNoSecrets(String line) {
        sources.toml("[backends.UCX]", line);
        assertThat(sources.failure()).doesNotContain("hunter", "unter2").contains("jnixl.toml:2:");
    }

    @Test
    void variablesAreReplaced() {
        sources.variable("KEY", "s3cr${t")
                .variable("N", "7")
                .toml(
                        "[agent]",
                        "name = \"${HOSTNAME}-${N}$${N}$\"",
                        "backends = [\"UCX\", \"B${N}\"]",
                        "[backends.UCX]",
                        "secret_key = '${KEY}'",
                        "num_workers = '${N}'");
        Settings settings = sources.resolve();
        assertThat(settings.get(AgentOptions.NAME)).isEqualTo("host-7-7${N}$");
        assertThat(settings.get(AgentOptions.BACKENDS)).containsExactly("UCX", "B7");
        assertThat(settings.backend("UCX").get(Sources.SECRET)).isEqualTo("s3cr${t");
        assertThat(settings.backend("UCX").get(Sources.WORKERS)).isEqualTo(7);
    }

    @Test
    void aHostNameOfTheEnvironmentIsTaken() {
        sources.variable("HOSTNAME", "other").toml("agent.name = '${HOSTNAME}'");
        assertThat(sources.resolve().get(AgentOptions.NAME)).isEqualTo("other");
    }

    @Test
    void unknownVariablesAreErrors() {
        sources.toml("[agent]", "name = \"${NOBODY}\"", "backends = [\"${NOBODY}\"]");
        assertThat(sources.failure())
                .contains("agent.name: environment variable NOBODY is not set (jnixl.toml:2:1)")
                .contains("agent.backends: environment variable NOBODY is not set (jnixl.toml:3:1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${a b}", "${A", "x${1A}"})
    void badVariablesAreErrors(String text) {
        sources.toml("agent.name = '" + text + "'");
        assertThat(sources.failure()).contains("(jnixl.toml:1:1)");
    }

    @Test
    void replacedTextIsBounded() {
        sources.variable("X", "x".repeat(1000)).toml("agent.name = '" + "${X}".repeat(70) + "'");
        assertThat(sources.failure()).contains("longer than 65536 characters");
    }

    @Test
    void deeplyNestedTomlIsRefused() {
        sources.toml("a = " + "[".repeat(50_000) + "]".repeat(50_000));
        assertThat(sources.failure()).contains("jnixl.toml:1:");
    }
}
