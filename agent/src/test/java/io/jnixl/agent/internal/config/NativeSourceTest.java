// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Config;
import io.jnixl.api.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What native NIXL's variables and file mean here: {@code NIXL_ETCD_ENDPOINTS} and {@code NIXL_TELEMETRY_ENABLE}, and nothing else. */
class NativeSourceTest {
    private static final String ENDPOINTS = "NIXL_ETCD_ENDPOINTS";

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    private Path cfg(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    /** Value and origin of the endpoints, with the folder cut out. */
    private String endpoints() {
        Setting setting = sources.resolve().all().stream()
                .filter(one -> one.key().equals("exchanges.etcd.endpoints"))
                .findFirst()
                .orElseThrow();
        return setting.toString().replace(folder + "/", "").replace("exchanges.etcd.endpoints = ", "");
    }

    private String warning() {
        assertThat(sources.resolve().warnings()).hasSize(1);
        return sources.resolve().warnings().getFirst().replace(folder + "/", "");
    }

    @Test
    void eachSourceBeatsTheNext() throws IOException {
        cfg("etc.cfg", ENDPOINTS + " = 'a:1'");
        assertThat(endpoints()).isEqualTo("a:1 (etc.cfg:1:1 NIXL_ETCD_ENDPOINTS)");
        cfg("home.cfg", "", ENDPOINTS + " = 'b:1'");
        assertThat(endpoints()).isEqualTo("b:1 (home.cfg:2:1 NIXL_ETCD_ENDPOINTS)");
        sources.variable(
                "NIXL_CONFIG_FILE", cfg("named.cfg", ENDPOINTS + " = 'c:1'").toString());
        assertThat(endpoints()).isEqualTo("c:1 (named.cfg:1:1 NIXL_ETCD_ENDPOINTS)");
        sources.variable(ENDPOINTS, "d:1");
        assertThat(endpoints()).isEqualTo("d:1 (environment NIXL_ETCD_ENDPOINTS)");
        sources.toml("[exchanges.etcd]", "endpoints = ['e:1']");
        assertThat(endpoints()).isEqualTo("e:1 (jnixl.toml:2:1)");
        sources.variable("JNIXL_EXCHANGES_ETCD_ENDPOINTS", "f:1");
        assertThat(endpoints()).startsWith("f:1 (environment JNIXL_");
    }

    @Test
    void onlyOneFileIsRead() throws IOException {
        cfg("etc.cfg", ENDPOINTS + " = 'a:1'");
        cfg("home.cfg", "NIXL_TELEMETRY_ENABLE = true");
        assertThat(endpoints()).isEqualTo(" (default)");
        assertThat(sources.resolve().get(AgentOptions.STATISTICS)).isTrue();
    }

    @Test
    void anEmptyVariableIsNoneAndKeepsTheFileOut() throws IOException {
        cfg("etc.cfg", ENDPOINTS + " = 'a:1'");
        sources.variable(ENDPOINTS, "");
        assertThat(endpoints()).isEqualTo(" (default)");
    }

    @Test
    void theProgramMayKeepAllOfItOut() throws IOException {
        cfg("etc.cfg", ENDPOINTS + " = 'a:1'");
        sources.variable(ENDPOINTS, "d:1");
        sources.config = Config.empty();
        assertThat(endpoints()).isEqualTo(" (default)");
    }

    @Test
    void whatMeansNothingHereIsSaidOnce() throws IOException {
        cfg(
                "home.cfg",
                "NIXL_LOG_LEVEL = 'DEBUG'",
                "my_own = [1, 2.5]",
                ENDPOINTS + " = 'a:1'",
                "[some.table]",
                "x = '${NOT_A_VARIABLE}'");
        assertThat(warning())
                .isEqualTo(
                        "settings of native NIXL in home.cfg that have no effect here: NIXL_LOG_LEVEL (line 1): set the"
                                + " level of the logger io.jnixl in the logging of the JVM; my_own (line 2); some (line 4)");
        assertThat(endpoints()).startsWith("a:1 ");
    }

    @Test
    void ofTheEnvironmentOnlyNativesOwnNamesAreSpokenOf() {
        sources.variable("NIXL_TELEMETRY_DIR", "/tmp/x").variable("NIXL_PREFIX", "/opt/nvidia");
        assertThat(warning())
                .isEqualTo(
                        "settings of native NIXL in the environment that have no effect here: NIXL_TELEMETRY_DIR: nothing"
                                + " is exported; Agent.statistics() and Agent.backendStatistics() count");
    }

    @Test
    void anEtcdThatIsNotHereIsSpokenOf() {
        sources.exchanges = Map.of();
        sources.variable(ENDPOINTS, "a:1");
        assertThat(warning()).endsWith("NIXL_ETCD_ENDPOINTS: jnixl-metadata-etcd, which takes it, was not found");
    }

    @Test
    void warningsAreBounded() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            text.append("\"k")
                    .append(i)
                    .append("\\u001b")
                    .append("x".repeat(100))
                    .append("\" = 1\n");
        }
        cfg("home.cfg", text.toString());
        assertThat(warning()).endsWith("; and 4980 more").hasSizeLessThan(4000).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NIXL_TELEMETRY_ENABLE = 'perhaps'",
                "NIXL_TELEMETRY_ENABLE = 2",
                "NIXL_TELEMETRY_ENABLE = 1.5",
                "NIXL_TELEMETRY_ENABLE = [true]",
                "NIXL_TELEMETRY_ENABLE.x = true",
                "NIXL_TELEMETRY_ENABLE = ",
                "NIXL_TELEMETRY_ENABLE true"
            })
    void whatDoesNotFitIsAnError(String line) throws IOException {
        cfg("home.cfg", "", line);
        assertThat(sources.failure()).contains("home.cfg:2:");
    }

    @Test
    void aVariableThatDoesNotFitIsAnError() {
        sources.variable("NIXL_TELEMETRY_ENABLE", "perhaps");
        assertThat(sources.failure())
                .contains("agent.statistics: \"perhaps\" does not fit (boolean)")
                .contains("(environment NIXL_TELEMETRY_ENABLE)");
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        sources.variable("NIXL_CONFIG_FILE", folder.resolve("none.cfg").toString());
        assertThat(sources.failure()).contains("none.cfg (environment NIXL_CONFIG_FILE): there is no such file");
    }

    @Test
    void filesAreBounded() throws IOException {
        cfg("etc.cfg", "#".repeat(1 << 20));
        assertThat(sources.failure()).contains("etc.cfg (native NIXL's, found there): it is longer than");
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        cfg("etc.cfg", "a = " + "[".repeat(50_000) + "]".repeat(50_000));
        assertThat(sources.failure()).contains("etc.cfg:1:");
    }

    @Test
    void aSecretIsMasked() throws IOException {
        sources.exchanges = Map.of("etcd", List.of(Sources.SECRET.nativeName("NIXL_SECRET")));
        cfg("home.cfg", "NIXL_SECRET = 'open sesame'");
        assertThat(sources.resolve().all().toString())
                .contains("exchanges.etcd.secret_key = *** (")
                .contains("home.cfg:1:1 NIXL_SECRET")
                .doesNotContain("sesame");
    }

    /** Otherwise only one mistake of three would be told. */
    @Test
    void aFileThatIsMissingHidesNoOtherMistake() {
        sources.variable("NIXL_CONFIG_FILE", folder.resolve("none.cfg").toString())
                .toml("[agent]", "deadlin = 1", "progress = 'maybe'");
        assertThat(sources.failure())
                .contains("3 settings are wrong:")
                .contains("unknown setting agent.deadlin (jnixl.toml:2:1)")
                .contains("agent.progress")
                .contains("none.cfg (environment NIXL_CONFIG_FILE): there is no such file; name a readable TOML file");
    }
}
