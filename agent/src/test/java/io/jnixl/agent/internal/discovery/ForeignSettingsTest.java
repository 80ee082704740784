// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jnixl.agent.ConfigReference;
import io.jnixl.agent.Inspection;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A settings file that somebody else can have written brings no code into the tools either: doctor, config show, check, reference. */
class ForeignSettingsTest {
    private static final String LOADED = "jnixl.test.foreign.loaded";

    @TempDir
    Path temporary;

    private Path file;

    @BeforeEach
    void pluginThatTellsThatItRan() throws IOException {
        Path folder = temporary.toRealPath();
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path jar = new TestJar(folder)
                .provider("tell.Tell", "TELL", "static { System.setProperty(\"" + LOADED + "\", \"yes\"); }")
                .build("tell");
        Files.move(jar, plugins.resolve("tell.jar"));
        file = Files.writeString(
                folder.resolve("jnixl.toml"), "[agent]\nbackends = \"NONE\"\nplugins = [\"" + plugins + "\"]\n");
    }

    @AfterEach
    void forget() {
        System.clearProperty(LOADED);
    }

    private static ClassLoader loader() {
        return ClassLoader.getPlatformClassLoader();
    }

    private void openToAll() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    private void assertRefused(NixlException error) {
        assertThat(error)
                .isNotNull()
                .hasMessageContaining("agent.plugins (" + file + ":3:1) cannot be followed: " + file
                        + " can be written by everybody (mode 666)");
        assertThat(System.getProperty(LOADED)).as("the plugin's code has run").isNull();
    }

    @Test
    void onesOwnFileBringsPluginsWhateverElseIsWrongInIt() throws IOException {
        Files.writeString(file, Files.readString(file) + "progres = 1\n");
        Inspection found = Inspection.look(Config.of(file), loader());
        assertThat(found.error()).isNotNull().hasMessageContaining("agent.progres");
        assertThat(found.backends()).extracting(BackendInfo::name).contains("TELL");
        assertThat(System.getProperty(LOADED)).isEqualTo("yes");
        assertThat(ConfigReference.of(Config.of(file), loader()).render()).contains("[backends.TELL]");
    }

    @Test
    void anInspectionLoadsNothing() throws IOException {
        openToAll();
        Inspection found = Inspection.inspect(Config.of(file), loader());
        assertRefused(found.error());
        assertThat(found.backends()).extracting(BackendInfo::name).doesNotContain("TELL");
    }

    @Test
    void aLookLoadsNothing() throws IOException {
        openToAll();
        Inspection found = Inspection.look(Config.of(file), loader());
        assertRefused(found.error());
        assertThat(found.backends()).extracting(BackendInfo::name).doesNotContain("TELL");
    }

    @Test
    void theReferenceLoadsNothing() throws IOException {
        openToAll();
        assertRefused(catchThrowableOfType(NixlException.class, () -> ConfigReference.of(Config.of(file), loader())));
    }
}
