// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Config;
import io.jnixl.spi.ProgressPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where plugins lie is read first, before anybody knows which backends and options there are. */
class PluginSettingTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void sources() {
        sources = new Sources(folder);
    }

    private PluginSetting plugins() {
        return SettingsResolver.plugins(SettingSources.of(sources.config, sources.surroundings()));
    }

    @Test
    void byDefaultThereAreNone() {
        assertThat(plugins().directories()).isEmpty();
        assertThat(plugins().file()).isNull();
    }

    @Test
    void theFileNamesThem() {
        sources.toml("[agent]", "plugins = [\"/a\", \"b\"]");
        assertThat(plugins().directories()).containsExactly("/a", "b");
        assertThat(plugins().origin()).isEqualTo(sources.file() + ":2:1");
        assertThat(plugins().file()).isEqualTo(SettingsFile.of(sources.file()));
    }

    @Test
    void theEnvironmentBeatsTheFile() {
        sources.toml("[agent]", "plugins = [\"/a\"]").variable("JNIXL_AGENT_PLUGINS", "/b,/c");
        assertThat(plugins().directories()).containsExactly("/b", "/c");
        assertThat(plugins().origin()).isEqualTo("environment JNIXL_AGENT_PLUGINS");
        assertThat(plugins().file()).isNull();
    }

    @Test
    void theProgramBeatsAll() {
        sources.toml("[agent]", "plugins = [\"/a\"]")
                .variable("JNIXL_AGENT_PLUGINS", "/b")
                .property("jnixl.agent.plugins", "/c");
        assertThat(plugins().directories()).containsExactly("/c");
        sources.program("agent.plugins", "/d");
        assertThat(plugins().directories()).containsExactly("/d");
        assertThat(plugins().origin()).isEqualTo("program");
    }

    @Test
    void aProgramThatReadsNoSurroundingsHasNone() {
        sources.toml("[agent]", "plugins = [\"/a\"]").variable("JNIXL_AGENT_PLUGINS", "/b");
        sources.config = Config.empty();
        assertThat(plugins().directories()).isEmpty();
    }

    /** A file may be a pipe, which can be read once, or may change in between. */
    @Test
    void theFileIsReadOnce() throws IOException {
        sources.toml("[agent]", "plugins = [\"/a\"]", "progress = \"spin\"");
        SettingSources taken = SettingSources.of(sources.config, sources.surroundings());
        Files.delete(sources.file());
        assertThat(SettingsResolver.plugins(taken).directories()).containsExactly("/a");
        assertThat(SettingsResolver.resolve(taken, Map.of(), Map.of()).get(AgentOptions.PROGRESS))
                .isEqualTo(ProgressPolicy.SPIN);
    }

    /** Otherwise only the first mistake of many would be told. */
    @Test
    void whatElseIsWrongIsLeftToTheResolver() {
        sources.toml("[agent]", "plugins = [\"/a\"]", "progres = \"spin\"", "[backends.NEW]", "speed = 1");
        assertThat(plugins().directories()).containsExactly("/a");
        assertThat(sources.failure()).contains("unknown setting agent.progres");
        sources.toml("[agent", "plugins = [\"/a\"]");
        assertThat(plugins().directories()).isEmpty();
        assertThat(sources.failure()).contains("TOML syntax");
    }
}
