// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.CliProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, in a process with the variables and the home of somebody who comes from native NIXL. */
class NativeSettingsIT {
    @TempDir
    Path home;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(home.resolve(name), String.join("\n", lines) + "\n");
    }

    private List<String> run(int status, Map<String, String> variables, String... arguments) throws Exception {
        Map<String, String> all = new HashMap<>(variables);
        all.put("HOME", home.toString());
        try (CliProcess process = new CliProcess(home, all, List.of(arguments))) {
            return process.expect(status).results();
        }
    }

    /** The line of a setting, with blanks as one. */
    private static String setting(List<String> lines, String key) {
        return lines.stream()
                .map(line -> line.replaceAll(" +", " "))
                .filter(line -> line.startsWith(key + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFileOfTheirHomeIsRead() throws Exception {
        Path cfg = file(
                ".nixl.cfg", "# theirs", "NIXL_LOG_LEVEL = 'DEBUG'", "NIXL_ETCD_ENDPOINTS = 'http://10.0.0.1:2379'");
        Path own = file("jnixl.toml", "[agent]", "deadline = '2s'");
        List<String> lines = run(0, Map.of("NIXL_TELEMETRY_ENABLE", "y"), "config", "show", "--config", own.toString());
        assertThat(setting(lines, "exchanges.etcd.endpoints"))
                .isEqualTo("exchanges.etcd.endpoints = http://10.0.0.1:2379 " + cfg + ":3:1 NIXL_ETCD_ENDPOINTS");
        assertThat(setting(lines, "agent.statistics"))
                .isEqualTo("agent.statistics = y environment NIXL_TELEMETRY_ENABLE");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("warning: "))
                .singleElement()
                .asString()
                .contains(cfg + " that have no effect here: NIXL_LOG_LEVEL (line 2): set the level");
    }

    @Test
    void aFileThatTheyNameAndThatIsWrongIsToldOf() throws Exception {
        Path cfg = file("their.cfg", "NIXL_TELEMETRY_ENABLE = 'perhaps'");
        Path own = file("jnixl.toml", "");
        assertThat(run(1, Map.of("NIXL_CONFIG_FILE", cfg.toString()), "config", "check", own.toString()))
                .anyMatch(line -> line.contains("agent.statistics: \"perhaps\" does not fit (boolean)")
                        && line.contains(cfg + ":1:1"));
    }

    @Test
    void aVariableChoosesTheProfile() throws Exception {
        Path own = file(
                "jnixl.toml",
                "[agent]",
                "deadline = '2s'",
                "[profiles.decode.agent]",
                "deadline = '7s'",
                "[[profiles.decode.selection]]",
                "deny = ['UCX']");
        List<String> lines =
                run(0, Map.of("JNIXL_AGENT_PROFILE", "decode"), "config", "show", "--config", own.toString());
        assertThat(setting(lines, "agent.deadline")).isEqualTo("agent.deadline = 7s " + own + ":4:1");
        assertThat(setting(lines, "selection.1")).isEqualTo("selection.1 = deny = [\"UCX\"] " + own + ":5:1");
    }
}
