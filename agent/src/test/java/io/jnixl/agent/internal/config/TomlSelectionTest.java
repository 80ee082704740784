// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TomlSelectionTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    @Test
    void rulesComeInTheOrderOfTheFile() {
        sources.variable("ROLE", "decode")
                .toml(
                        "[[selection]]",
                        "when = { local = \"VRAM\", remote = \"file\", peer = \"${ROLE}-*\" }",
                        "use = [\"OBJ\", \"UCX\", \"OBJ\"]",
                        "[[selection]]",
                        "use = [\"UCX\"]");
        String file = sources.file().toString();
        assertThat(sources.resolve().rules())
                .containsExactly(
                        using(
                                new SelectionWhen(
                                        null, MemoryKind.VRAM, MemoryKind.FILE, "decode-*", Span.ALL, Span.ALL),
                                List.of("OBJ", "UCX"),
                                file + ":1:1"),
                        using(SelectionWhen.ALWAYS, List.of("UCX"), file + ":4:1"));
    }

    private static SelectionRule using(SelectionWhen when, List<String> use, String origin) {
        return new SelectionRule(when, use, Permits.ALL, SelectionRule.By.ORDER, false, origin);
    }

    @Test
    void everyKeyOfARule() {
        sources.toml(
                "[[selection]]",
                "when = { operation = \"Write\", min_bytes = \"64K\", max_bytes = 1048576, min_descriptors = 2,"
                        + " max_descriptors = \"0x10\" }",
                "allow = [\"OBJ\", \"UCX\"]",
                "deny = [\"GDS\"]",
                "by = \"cost\"",
                "failover = true");
        assertThat(sources.resolve().rules())
                .containsExactly(new SelectionRule(
                        new SelectionWhen(
                                Operation.WRITE, null, null, null, new Span(64 << 10, 1 << 20), new Span(2, 16)),
                        List.of(),
                        new Permits(List.of("OBJ", "UCX"), List.of("GDS")),
                        SelectionRule.By.COST,
                        true,
                        sources.file() + ":1:1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "when = {min_bytes = '2K', max_bytes = 2047}   | min_bytes 2048 is more than max_bytes 2047: nothing would match (jnixl.toml:2:9)",
                "when = {min_descriptors = 3, max_descriptors = 2} | min_descriptors 3 is more than max_descriptors 2",
                "when = {max_descriptors = 0}                  | selection.when.max_descriptors: the value does not fit (number from 1",
                "when = {min_bytes = -1}                       | selection.when.min_bytes: the value does not fit (bytes)",
                "when = {min_bytes = '3X'}                     | unknown unit, expected K, M, G or T (jnixl.toml:2:9)",
                "when = {min_bytes = 1.5}                      | selection.when.min_bytes: expected a bytes",
                "when = {operation = 'copy'}                   | expected one of read, write",
                "when = {operation = 1}                        | selection.when.operation",
                "when = {min_byte = 1}                         | unknown setting selection.when.min_byte (jnixl.toml:2:9); did you mean min_bytes?",
                "by = 'speed'                                  | selection.by: the value does not fit (one of order, cost, measured): expected one of order, cost, measured",
                "failover = 'perhaps'                          | selection.failover: the value does not fit (boolean)",
                "failovr = true                                | unknown setting selection.failovr (jnixl.toml:2:1); did you mean failover?",
                "allow = []                                    | selection.allow",
                "deny = ['UCX']                                | selection: it leaves no backend: all that it names are denied or not allowed (jnixl.toml:1:1)",
                "allow = ['OBJ']                               | it leaves no backend",
            })
    void whatCannotBeFollowedIsAnError(String line, String problem) {
        sources.toml("[[selection]]", line, "use = ['UCX']");
        assertThat(sources.failure()).contains(problem);
    }

    @Test
    void failoverInACircleIsAnError() {
        sources.toml("[[selection]]", "use = [\"UCX\", \"OBJ\", \"UCX\"]", "failover = true");
        assertThat(sources.failure())
                .contains("its failover goes in a circle: use names a backend twice")
                .contains("(jnixl.toml:1:1)");
    }

    @Test
    void syntaxErrorsHaveLineAndColumn() {
        sources.toml("[[selection]]", "use = [\"UCX\"", "failover = true");
        assertThat(sources.failure()).contains("TOML syntax: ").contains("(jnixl.toml:2:13)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "                                            | remote = 'FILE'                      | true",
                "local = 'DRAM'                              | remote = 'FILE'                      | false",
                "local = 'DRAM'                              | local = 'DRAM', remote = 'FILE'      | true",
                "local = 'DRAM'                              | local = 'VRAM'                       | false",
                "operation = 'read'                          | operation = 'read', peer = 'a'       | true",
                "operation = 'read'                          | operation = 'write'                  | false",
                "peer = 'decode-*'                           | peer = 'decode-7'                    | true",
                "peer = 'decode-*'                           | peer = 'decode-?-*'                  | true",
                "peer = 'decode-?'                           | peer = 'decode-*'                    | false",
                "peer = '*'                                  | local = 'DRAM'                       | true",
                "peer = 'a*'                                 | local = 'DRAM'                       | false",
                "max_bytes = '1M'                            | min_bytes = 1, max_bytes = '64K'     | true",
                "max_bytes = '64K'                           | max_bytes = '1M'                     | false",
                "min_descriptors = 2                         | min_descriptors = 4                  | true",
                "min_descriptors = 4                         | min_descriptors = 2                  | false",
                "max_bytes = '1M', min_descriptors = 2       | max_bytes = '1M'                     | false",
            })
    void whatAnEarlierRuleCoversIsWarnedOf(String first, String second, boolean covered) {
        sources.toml(
                "[[selection]]",
                "when = {" + (first == null ? "" : first) + "}",
                "use = ['UCX']",
                "[[selection]]",
                "when = {" + second + "}",
                "use = ['OBJ']");
        String file = sources.file().toString();
        List<String> expected = covered
                ? List.of("selection rule 2 (" + file + ":4:1) is never reached: selection rule 1 (" + file
                        + ":1:1) speaks of all that it speaks of")
                : List.of();
        assertThat(sources.resolve().warnings()).isEqualTo(expected);
    }

    @Test
    void listsOfTheAgentThatMatchNothingAreWarnedOf() {
        sources.program("agent.selection_allow", "UXC,OBJ")
                .program("agent.selection_deny", "OBJ")
                .toml("[[selection]]", "use = ['OBJ']", "failover = true");
        String rule = "selection rule 1 (" + sources.file() + ":1:1) ";
        assertThat(sources.resolve().warnings())
                .containsExactly(
                        "agent.selection_allow names backend UXC, which was not found; did you mean UCX?",
                        rule + "leaves no backend: agent.selection_allow and agent.selection_deny keep out all that it"
                                + " names",
                        rule + "has one backend only, from which nobody can take over");
    }

    @Test
    void anInlineListIsTheSame() {
        sources.toml("selection = [ { use = [\"UCX\"] } ]");
        assertThat(sources.resolve().rules()).hasSize(1);
    }

    @Test
    void backendsThatWereNotFoundAreWarnings() {
        sources.toml("[[selection]]", "use = [\"UXC\", \"GDS\"]");
        Settings settings = sources.resolve();
        assertThat(settings.warnings())
                .containsExactly(
                        "selection names backend UXC, which was not found (" + sources.file()
                                + ":2:8); did you mean UCX?",
                        "selection names backend GDS, which was not found (" + sources.file()
                                + ":2:15); there are: OBJ, UCX");
        assertThat(settings.rules().getFirst().use()).containsExactly("UXC", "GDS");
    }

    @Test
    void unknownKeysAreErrors() {
        sources.toml("[[selection]]", "whn = {}", "when = { pear = \"x\" }", "use = [\"UCX\"]");
        assertThat(sources.failure())
                .contains("unknown setting selection.whn (jnixl.toml:2:1); did you mean when?")
                .contains("unknown setting selection.when.pear (jnixl.toml:3:10); did you mean peer?");
    }

    @Test
    void anUnknownKindListsThoseThereAre() {
        sources.toml("[[selection]]", "when = { local = \"RAM\" }", "use = [\"UCX\"]");
        assertThat(sources.failure())
                .contains("selection.when.local: \"RAM\" is no memory kind; there are: DRAM, VRAM, BLK, OBJ, FILE"
                        + " (jnixl.toml:2:10)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "selection = 3",
                "selection = [1]",
                "[selection]\nuse = [\"UCX\"]",
                "[[selection]]",
                "[[selection]]\nuse = []",
                "[[selection]]\nuse = \"UCX\"",
                "[[selection]]\nuse = [3]",
                "[[selection]]\nuse = [\"${NOBODY}\"]",
                "[[selection]]\nuse = [\"UCX\"]\nwhen = 3",
                "[[selection]]\nuse = [\"UCX\"]\nwhen.local = 3",
                "[[selection]]\nuse = [\"UCX\"]\nwhen.peer = \"${NOBODY}\""
            })
    void otherShapesAreErrors(String toml) {
        sources.toml(toml);
        assertThat(sources.failure()).contains("selection").contains("jnixl.toml:");
    }

    @Test
    void rulesAreBounded() {
        sources.toml("[[selection]]\nuse = [\"UCX\"]\n".repeat(1025));
        assertThat(sources.failure()).contains("more than 1024");
    }
}
