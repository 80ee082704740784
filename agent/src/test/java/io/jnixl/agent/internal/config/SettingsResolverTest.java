// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.ProgressPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsResolverTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    @Test
    void withoutSourcesEverythingIsDefault() {
        Settings settings = sources.resolve();
        assertThat(settings.find(AgentOptions.NAME)).isEmpty();
        assertThat(settings.get(AgentOptions.BACKENDS)).isEmpty();
        assertThat(settings.get(AgentOptions.DEADLINE)).isZero();
        assertThat(settings.get(AgentOptions.PROGRESS)).isEqualTo(ProgressPolicy.ADAPTIVE);
        assertThat(settings.get(AgentOptions.ADMISSION)).isEqualTo(Admission.WAIT);
        assertThat(settings.get(AgentOptions.MAX_TRANSFERS_IN_FLIGHT)).isEqualTo(65536);
        assertThat(settings.get(AgentOptions.MAX_BYTES_IN_FLIGHT)).isZero();
        assertThat(settings.get(AgentOptions.NOTIFICATION_QUEUE)).isEqualTo(4L << 20);
        assertThat(settings.get(AgentOptions.RELOAD)).isEqualTo(Reload.REPLACE);
        assertThat(settings.get(AgentOptions.SEND_TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.get(AgentOptions.CLOSE_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.rules()).isEmpty();
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.all())
                .allSatisfy(setting -> assertThat(setting.origin()).isEqualTo("default"));
    }

    @Test
    void sourcesBeatEachOtherInOrder() {
        sources.toml("[agent]", "  deadline = \"5s\"");
        assertDeadline("5s", sources.file() + ":2:3");
        sources.variable("JNIXL_AGENT_DEADLINE", "4s");
        assertDeadline("4s", "environment JNIXL_AGENT_DEADLINE");
        sources.property("jnixl.agent.deadline", "3s");
        assertDeadline("3s", "system property jnixl.agent.deadline");
        sources.program("agent.deadline", "2s");
        assertDeadline("2s", "program");
    }

    private void assertDeadline(String text, String origin) {
        Settings settings = sources.resolve();
        assertThat(settings.all()).contains(new Setting("agent.deadline", text, origin));
        assertThat(settings.get(AgentOptions.DEADLINE)).isEqualTo(AgentOptions.DEADLINE.parse(text));
    }

    @Test
    void sourcesOfABackendBeatEachOtherInOrder() {
        sources.toml("[backends.UCX]", "num_workers = 5");
        assertWorkers(5, sources.file() + ":2:1");
        sources.variable("JNIXL_BACKENDS_UCX_NUM_WORKERS", "4");
        assertWorkers(4, "environment JNIXL_BACKENDS_UCX_NUM_WORKERS");
        sources.property("jnixl.backends.UCX.num_workers", "3");
        assertWorkers(3, "system property jnixl.backends.UCX.num_workers");
        sources.program("backends.UCX.num_workers", "2");
        assertWorkers(2, "program");
    }

    private void assertWorkers(int workers, String origin) {
        BackendConfig config = sources.resolve().backend("UCX");
        assertThat(config.get(Sources.WORKERS)).isEqualTo(workers);
        assertThat(config.origin(Sources.WORKERS)).isEqualTo(origin);
        assertThat(config.origin(Sources.FAST)).isEqualTo("default");
    }

    @Test
    void anEmptyConfigReadsNoSurroundings() {
        sources.config = Config.empty().with("agent.reload", "reject");
        sources.toml("[agent]", "deadline = \"5s\"", "nonsense = 1")
                .variable("JNIXL_AGENT_NONSENSE", "1")
                .property("jnixl.agent.nonsense", "1");
        Settings settings = sources.resolve();
        assertThat(settings.get(AgentOptions.DEADLINE)).isZero();
        assertThat(settings.get(AgentOptions.RELOAD)).isEqualTo(Reload.REJECT);
    }

    @ParameterizedTest
    @CsvSource({
        "JNIXL_JAVA_HOME, jnixl.soak",
        "JNIXL_NO_INSTALL, jnixl.agnet.deadline",
        "JNIXL_REQUIRE_NATIVE, jnixlagent",
        "jnixl_agent_deadline, jnixl.agent",
        "JNIXL_JDK_SEARCH, io.jnixl.agent.x"
    })
    void whatBelongsToOthersIsLeftAlone(String variable, String property) {
        sources.variable(variable, "x").property(property, "x");
        assertThat(sources.resolve().warnings()).isEmpty();
    }

    @Test
    void unknownKeysAreErrorsWhereverTheyComeFrom() {
        sources.program("agent.deadlin", "2s");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting agent.deadlin (program); did you mean agent.deadline?");
        sources.config = Config.load();
        sources.property("jnixl.agent.relaod", "replace");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting agent.relaod (system property jnixl.agent.relaod);"
                        + " did you mean agent.reload?");
        sources.properties.clear();
        sources.variable("JNIXL_AGENT_SEND_TIME", "1s");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting (environment JNIXL_AGENT_SEND_TIME);"
                        + " did you mean JNIXL_AGENT_SEND_TIMEOUT?");
        sources.environment.clear();
        sources.toml("[backends.UCX]", "num_worker = 1");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting backends.UCX.num_worker (jnixl.toml:2:1);"
                        + " did you mean backends.UCX.num_workers?");
    }

    @Test
    void anUnknownKeyThatResemblesNoneListsThoseThereAre() {
        sources.toml("[backends.OBJ]", "zzzzzzzz = 1");
        assertThat(sources.failure()).contains("backends.OBJ.zzzzzzzz", "there are: backends.OBJ.bucket");
    }

    @Test
    void malformedValuesAreErrorsWhereverTheyComeFrom() {
        sources.program("agent.deadline", "2x")
                .property("jnixl.agent.reload", "maybe")
                .variable("JNIXL_AGENT_MAX_TRANSFERS_IN_FLIGHT", "0")
                .toml("[agent]", "# a comment", " notification_queue = \"2G\"");
        assertThat(sources.failure())
                .startsWith("INVALID_PARAM: 4 settings are wrong:")
                .contains(
                        "agent.deadline: \"2x\" does not fit (duration): expected a number with ns, us, ms, s, m or h (program)")
                .contains("agent.reload: \"maybe\" does not fit (one of replace, reject)")
                .contains("(system property jnixl.agent.reload)")
                .contains("\"0\" does not fit (number from 1 to 1048576): expected 1 to 1048576")
                .contains("(environment JNIXL_AGENT_MAX_TRANSFERS_IN_FLIGHT)")
                .contains(
                        "agent.notification_queue: \"2G\" does not fit (bytes): expected 4096 to 1073741824 (jnixl.toml:3:2)");
    }

    @Test
    void aBadValueIsAnErrorEvenWhereABetterSourceOverridesIt() {
        sources.program("agent.deadline", "2s").toml("[agent]", "deadline = \"soon\"");
        assertThat(sources.failure()).contains("\"soon\"").contains("jnixl.toml:2:1");
    }

    @Test
    void secretsAreInNoMessage() {
        sources.program("backends.UCX.pin", "hunter2-pin")
                .variable("JNIXL_BACKENDS_UCX_PIN", "99999999999999999999999")
                .property("jnixl.backends.UCX.secret_kye", "hunter2-typo");
        assertThatThrownBy(sources::resolve)
                .hasMessageContaining(
                        "backends.UCX.pin: the value, a secret, does not fit (number from 0 to 9999) (program)")
                .hasMessageContaining("did you mean backends.UCX.secret_key?")
                .satisfies(error -> {
                    StringWriter trace = new StringWriter();
                    error.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("hunter2").doesNotContain("99999999");
                });
    }

    @Test
    void secretsAreMaskedWhereSettingsAreShown() {
        sources.program("backends.UCX.secret_key", "hunter2");
        Settings settings = sources.resolve();
        assertThat(settings.all())
                .contains(new Setting("backends.UCX.secret_key", "***", "program"))
                .contains(new Setting("backends.UCX.pin", "", "default"));
        assertThat(settings.all().toString()).doesNotContain("hunter2");
        assertThat(settings.backend("UCX").get(Sources.SECRET)).isEqualTo("hunter2");
    }

    @Test
    void allSettingsComeInAStableOrder() {
        List<String> keys = sources.resolve().all().stream().map(Setting::key).toList();
        assertThat(keys)
                .startsWith("agent.name", "agent.profile", "agent.backends", "agent.plugins")
                .endsWith(
                        "backends.OBJ.bucket",
                        "backends.UCX.num_workers",
                        "backends.UCX.secret_key",
                        "backends.UCX.pin",
                        "backends.UCX.fast",
                        "backends.UCX.devices",
                        "exchanges.etcd.endpoints",
                        "exchanges.etcd.secret_key")
                .hasSize(AgentOptions.ALL.size() + 8);
    }

    @Test
    void aRequiredOptionIsMissedOnlyWhenTheBackendIsAskedFor() {
        Settings settings = sources.resolve();
        assertThatThrownBy(() -> settings.backend("OBJ")).isInstanceOfSatisfying(NixlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
            assertThat(e.backend()).isEqualTo("OBJ");
            assertThat(e).hasMessageContaining("backends.OBJ.bucket must be given: where to put things");
            assertThat(e.remedy()).contains("[backends.OBJ]").contains("-Djnixl.backends.OBJ.bucket");
        });
        sources.program("backends.OBJ.bucket", "b");
        assertThat(sources.resolve().backend("OBJ").get(Sources.BUCKET)).isEqualTo("b");
    }

    @Test
    void askingForABackendThatWasNotFoundListsThoseThatWere() {
        Settings settings = sources.resolve();
        assertThatThrownBy(() -> settings.backend("ucx"))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .hasMessageContaining("did you mean UCX?");
        assertThatThrownBy(() -> settings.backend("MOONCAKE")).hasMessageContaining("there are: OBJ, UCX");
    }

    @Test
    void settingsForBackendsThatWereNotFoundAreWarnings() {
        sources.toml("[backends.GDS]", "threads = 4", "[backends.UCX]", "num_workers = 2")
                .variable("JNIXL_BACKENDS_MOONCAKE_PORT", "1")
                .program("backends.HF3FS.mount", "/x");
        Settings settings = sources.resolve();
        assertThat(settings.warnings())
                .containsExactly(
                        "backend HF3FS is configured but not found (program); there are: OBJ, UCX",
                        "backend MOONCAKE_PORT is configured but not found (environment JNIXL_BACKENDS_MOONCAKE_PORT);"
                                + " there are: OBJ, UCX",
                        "backend GDS is configured but not found (" + sources.file() + ":1:1); there are: OBJ, UCX");
        assertThat(settings.backend("UCX").get(Sources.WORKERS)).isEqualTo(2);
    }

    @Test
    void noWarningForABackendThatTheAgentWillMissAnyway() {
        sources.program("agent.backends", "GDS_MT, UCX")
                .variable("JNIXL_BACKENDS_GDS_MT_THREADS", "1")
                .toml("[backends.GDS_MT]", "threads = 4");
        assertThat(sources.resolve().warnings()).isEmpty();
    }

    @Test
    void aBackendInOtherCaseIsAnError() {
        sources.toml("[backends.ucx]", "num_workers = 4");
        assertThat(sources.failure())
                .contains("backends are told apart by case: there is no ucx (jnixl.toml:1:1)")
                .contains("did you mean UCX?");
    }

    @Test
    void manyProblemsAreCountedButNotAllShown() {
        for (int i = 0; i < 100; i++) {
            sources.program("agent.nonsense" + i, "x");
        }
        assertThat(sources.failure())
                .startsWith("INVALID_PARAM: 100 settings are wrong:")
                .endsWith("and 80 more")
                .hasLineCount(22);
    }

    @Test
    void hostileKeysAreShownOnOneLineAndCut() {
        sources.program("agent.x\n\u001b[31mFATAL" + "y".repeat(100_000), "1");
        assertThat(sources.failure()).hasSizeLessThan(2000).doesNotContain("\n", "\u001b");
    }

    @Test
    void onlyTheAgentsOptionsAreTheAgents() {
        Settings settings = sources.resolve();
        OptionSpec<String> other = OptionSpec.string("deadline", "looks like it");
        assertThatThrownBy(() -> settings.get(other)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.get(AgentOptions.NAME)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theProcessItselfCanBeAsked() {
        Settings settings = SettingsResolver.resolve(Config.empty(), Map.of(), Map.of());
        assertThat(settings.all()).hasSize(AgentOptions.ALL.size());
        assertThat(Surroundings.ofProcess().variable("HOSTNAME")).isNotBlank();
        assertThat(Surroundings.ofProcess().usualFiles()).first().isEqualTo(Path.of("jnixl.toml"));
        assertThat(Surroundings.ofProcess().usualFiles()).last().isEqualTo(Path.of("/etc/jnixl.toml"));
    }
}
