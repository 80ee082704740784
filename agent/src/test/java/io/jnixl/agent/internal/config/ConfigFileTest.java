// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    private Path write(String name, int seconds) throws IOException {
        return Files.writeString(folder.resolve(name), "agent.deadline = \"" + seconds + "s\"");
    }

    private void assertSeconds(int seconds) {
        assertThat(sources.resolve().get(AgentOptions.DEADLINE)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void theFirstThatIsThereCounts() throws IOException {
        write("etc.toml", 1);
        assertSeconds(1);
        write("home.toml", 2);
        assertSeconds(2);
        write("jnixl.toml", 3);
        assertSeconds(3);
        sources.variable("JNIXL_CONFIG", write("variable.toml", 4).toString());
        assertSeconds(4);
        sources.property("jnixl.config", write("property.toml", 5).toString());
        assertSeconds(5);
        sources.config = Config.of(write("program.toml", 6));
        assertSeconds(6);
    }

    @Test
    void aNamedFileMustExist() {
        String missing = folder.resolve("missing.toml").toString();
        sources.variable("JNIXL_CONFIG", missing);
        assertThat(sources.failure())
                .contains(
                        "cannot read the settings file missing.toml (environment JNIXL_CONFIG): there is no such file");
        sources.property("jnixl.config", missing);
        assertThat(sources.failure()).contains("(system property jnixl.config): there is no such file");
        sources.config = Config.of(Path.of(missing));
        assertThat(sources.failure()).contains("(program): there is no such file");
    }

    @Test
    void anEmptyNameNamesNone() {
        sources.variable("JNIXL_CONFIG", "").property("jnixl.config", "");
        assertSeconds(0);
    }

    @Test
    void whatIsNoFileIsRefusedWithAReason() throws IOException {
        sources.property("jnixl.config", folder.toString());
        assertThat(sources.failure()).contains("it is a folder");
        sources.property("jnixl.config", "a\0b");
        assertThat(sources.failure()).contains("it is no valid path");
        Path latin1 = Files.write(folder.resolve("latin1.toml"), "# gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        sources.property("jnixl.config", latin1.toString());
        assertThat(sources.failure()).contains("it is not UTF-8 text");
    }

    @Test
    void anEndlessFileIsRefused() {
        sources.property("jnixl.config", "/dev/zero");
        assertThat(sources.failure()).contains("it is longer than 1048576 bytes");
    }

    @Test
    void anEmptyFileSaysNothing() {
        sources.toml("");
        assertSeconds(0);
    }
}
