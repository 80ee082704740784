// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jnixl.api.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One file for several deployments. */
class ProfilesTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void twoProfiles() {
        sources = new Sources(folder);
        sources.toml(
                "[agent]",
                "deadline = '2s'",
                "stall_timeout = '1s'",
                "[backends.UCX]",
                "num_workers = 2",
                "secret_key = 'sesame'",
                "[[selection]]",
                "use = ['UCX']",
                "[profiles.prefill.agent]",
                "deadline = '5s'",
                "[profiles.prefill.backends.UCX]",
                "num_workers = 8",
                "[[profiles.prefill.selection]]",
                "when = { remote = 'FILE' }",
                "use = ['OBJ']",
                "[profiles.decode]",
                "agent.deadline = '${NOT_SET_HERE}'",
                "backends.OBJ.bucket = 'b'");
    }

    private String value(String key) {
        return sources.resolve().all().stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .map(one -> one.value() + " " + one.origin().replace(folder + "/", ""))
                .orElseThrow();
    }

    @Test
    void withoutOneTheyDoNotCount() {
        assertThat(value("agent.deadline")).isEqualTo("2s jnixl.toml:2:1");
        assertThat(sources.resolve().rules()).hasSize(1);
    }

    @Test
    void theOneInForceBeatsTheRestOfTheFile() {
        sources.property("jnixl.agent.profile", "prefill");
        assertThat(value("agent.deadline")).isEqualTo("5s jnixl.toml:10:1");
        assertThat(value("agent.stall_timeout")).isEqualTo("1s jnixl.toml:3:1");
        assertThat(value("backends.UCX.num_workers")).isEqualTo("8 jnixl.toml:12:1");
        assertThat(value("agent.profile")).isEqualTo("prefill system property jnixl.agent.profile");
        sources.variable("JNIXL_AGENT_DEADLINE", "9s");
        assertThat(value("agent.deadline")).startsWith("9s environment");
    }

    @Test
    void itsRulesAreAskedFirst() {
        sources.property("jnixl.agent.profile", "prefill");
        assertThat(sources.resolve().all())
                .filteredOn(one -> one.key().startsWith("selection."))
                .extracting(Setting::key, Setting::value)
                .containsExactly(
                        tuple("selection.1", "when = { remote = \"FILE\" }, use = [\"OBJ\"]"),
                        tuple("selection.2", "use = [\"UCX\"]"));
    }

    @Test
    void aVariableOrTheFileMayNameIt() {
        sources.variable("JNIXL_AGENT_PROFILE", "prefill");
        assertThat(value("agent.deadline")).startsWith("5s ");
        sources = new Sources(folder)
                .variable("ROLE", "b")
                .toml("agent.profile = '${ROLE}'", "profiles.b.agent.deadline = '3s'");
        assertThat(value("agent.deadline")).isEqualTo("3s jnixl.toml:2:1");
        assertThat(value("agent.profile")).isEqualTo("b jnixl.toml:1:1");
    }

    @Test
    void oneThatIsNotThereIsAnError() {
        sources.property("jnixl.agent.profile", "prefil");
        assertThat(sources.failure())
                .contains(
                        "agent.profile names profile prefil (system property jnixl.agent.profile), which jnixl.toml does not"
                                + " have")
                .contains("did you mean prefill?");
        sources = new Sources(folder).toml("[agent]", "profile = 'x'");
        assertThat(sources.failure())
                .contains("names profile x (jnixl.toml:2:1)")
                .contains("there are none");
    }

    @Test
    void withoutAFileThereIsNone() throws Exception {
        Files.delete(sources.file());
        sources.property("jnixl.agent.profile", "prefill");
        assertThat(sources.failure()).contains("profile prefill").contains("there is no settings file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "profiles = 3|profiles: expected tables, [profiles.NAME] (jnixl.toml:1:1)",
                "profiles.p = 3|profiles.p: expected a table, [profiles.NAME] (jnixl.toml:1:1)",
                "profiles.p.agnt.deadline = '1s'|unknown setting agnt (jnixl.toml:1:1); did you mean agent?",
                "profiles.p.agent.dealine = '1s'|unknown setting agent.dealine (jnixl.toml:1:1)",
                "profiles.p.agent.deadline = '1x'|(jnixl.toml:1:1)",
                "profiles.p.profiles.q.agent.deadline = '1s'|unknown setting profiles (jnixl.toml:1:1)",
                "profiles.p.agent.profile = 'q'|agent.profile: a profile names no profile (jnixl.toml:1:1)",
                "profiles.p.selection = 3|selection: expected tables, [[selection]] (jnixl.toml:1:1)"
            })
    void whatIsWrongInItIsTold(String line, String message) {
        sources = new Sources(folder).property("jnixl.agent.profile", "p").toml(line);
        assertThat(sources.failure()).contains(message);
    }

    @Test
    void rulesAreBoundedTogether() {
        sources = new Sources(folder)
                .property("jnixl.agent.profile", "p")
                .toml(
                        "[[profiles.p.selection]]\nfailover = true\n".repeat(1000),
                        "[[selection]]\nfailover = true\n".repeat(25));
        assertThat(sources.failure()).contains("there are more than 1024 of them");
    }

    @Test
    void aRuleIsShownInTheWordsOfTheFile() {
        List<String> rules = List.of(
                "when = { local = \"DRAM\", remote = \"VRAM\", peer = \"a\\\"\\\\*\", operation = \"read\","
                        + " min_bytes = 1, max_bytes = 2, min_descriptors = 3, max_descriptors = 4 },"
                        + " use = [\"UCX\", \"OBJ\"], allow = [\"UCX\"], deny = [\"OBJ\"], by = \"cost\", failover = true",
                "failover = true");
        StringBuilder text = new StringBuilder();
        for (String rule : rules) {
            text.append("[[selection]]\n")
                    .append(rule.replaceAll(", (use|allow|deny|by|failover) =", "\n$1 ="))
                    .append('\n');
        }
        sources = new Sources(folder).toml(text.toString());
        assertThat(sources.resolve().all())
                .filteredOn(one -> one.key().startsWith("selection."))
                .extracting(Setting::value)
                .containsExactlyElementsOf(rules);
    }

    /** Names of profiles are foreign text. */
    @Test
    void whatThereIsIsShownOnOneLineAndCut() {
        sources.property("jnixl.agent.profile", "night")
                .toml(
                        "[profiles.\"x\\nERROR faked line\"]",
                        "[profiles." + "y".repeat(20_000) + "]",
                        "[profiles.\"\\u001b[31mred\"]");
        assertThat(sources.failure())
                .contains("there are: ", "x ERROR faked line")
                .doesNotContain("\n", "\u001b")
                .hasSizeLessThan(1000);
    }
}
