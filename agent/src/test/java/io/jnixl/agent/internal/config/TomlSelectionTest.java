// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.MemoryKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
                        new SelectionRule(
                                MemoryKind.VRAM, MemoryKind.FILE, "decode-*", List.of("OBJ", "UCX"), file + ":1:1"),
                        new SelectionRule(null, null, null, List.of("UCX"), file + ":4:1"));
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
