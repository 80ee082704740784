// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jnixl.agent.internal.config.PluginSetting;
import io.jnixl.agent.internal.config.SettingSources;
import io.jnixl.agent.internal.config.SettingsFile;
import io.jnixl.agent.internal.config.SettingsResolver;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDirectoriesTest {
    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void directory() throws IOException {
        directory = Files.createDirectory(temporary.toRealPath().resolve("plugins"));
    }

    private static PluginSetting setting(@Nullable Path file, Path... directories) {
        return new PluginSetting(
                List.of(directories).stream().map(Path::toString).toList(),
                "somewhere:1:2",
                file == null ? null : SettingsFile.of(file));
    }

    private static NixlException error(PluginSetting setting) {
        NixlException error = catchThrowableOfType(NixlException.class, () -> PluginDirectories.plugins(setting));
        assertThat(error).as("an error").isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAM);
        assertThat(error.remedy()).isNotBlank();
        assertThat(error.getMessage()).startsWith("INVALID_PARAM: agent.plugins (somewhere:1:2) cannot be followed: ");
        return error;
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void jarsAndFoldersArePluginsInTheOrderOfTheirNames() throws IOException {
        Files.createDirectory(directory.resolve("b"));
        Files.createFile(directory.resolve("c.jar"));
        Files.createFile(directory.resolve("a.jar"));
        Files.createSymbolicLink(directory.resolve("gone.jar"), Path.of("nowhere"));
        Files.createFile(directory.resolve("README"));
        Files.createFile(directory.resolve("libplugin_X.so"));
        Files.createDirectory(directory.resolve(".git"));
        Files.createFile(directory.resolve(".half-copied.jar"));
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.createFile(other.resolve("a.jar"));
        assertThat(PluginDirectories.plugins(setting(null, other, directory)))
                .extracting(Plugin::path)
                .containsExactly(
                        other.resolve("a.jar"),
                        directory.resolve("a.jar"),
                        directory.resolve("b"),
                        directory.resolve("c.jar"),
                        directory.resolve("gone.jar"));
    }

    @Test
    void withoutTheSettingThereAreNone() {
        assertThat(PluginDirectories.plugins(new PluginSetting(List.of(), "default", null)))
                .isEmpty();
    }

    @Test
    void anEmptyDirectoryIsFine() {
        assertThat(PluginDirectories.plugins(setting(null, directory))).isEmpty();
    }

    @Test
    void aDirectoryThatIsMissingIsAnError() {
        Path missing = directory.resolve("missing");
        assertThat(error(setting(null, directory, missing)).getMessage()).contains("there is no directory " + missing);
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.createFile(directory.resolve("a.jar"));
        assertThat(error(setting(null, file)).getMessage()).contains(file + " is no directory");
    }

    @Test
    void aNameThatNoFileCanHaveIsAnError() {
        assertThat(error(new PluginSetting(List.of("a\0b"), "somewhere:1:2", null)))
                .hasMessageContaining("is no valid path");
    }

    @Test
    void aDirectoryThatAllCanWriteIsAnError() throws IOException {
        mode(directory, "rwxrwxrwx");
        NixlException error = error(setting(null, directory));
        assertThat(error).hasMessageContaining(directory + " can be written by everybody (mode 777)");
        assertThat(error.remedy()).startsWith("chmod o-w " + directory);
    }

    @Test
    void aLinkIsAsGoodAsWhatItLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        assertThat(PluginDirectories.plugins(setting(null, link))).isEmpty();
        mode(directory, "rwxrwxrwx");
        assertThat(error(setting(null, link))).hasMessageContaining(directory + " can be written by everybody");
    }

    @Test
    void aSettingsFileThatAllCanWriteNamesNoPlugins() throws IOException {
        Path file = Files.createFile(temporary.toRealPath().resolve("jnixl.toml"));
        assertThat(PluginDirectories.plugins(setting(file, directory))).isEmpty();
        mode(file, "rw-rw-rw-");
        assertThat(error(setting(file, directory))).hasMessageContaining(file + " can be written by everybody");
    }

    @Test
    void whatCannotBeADirectoryOfPluginsIsNotReadToItsEnd() throws IOException {
        for (int i = 0; i <= 1000; i++) {
            Files.createFile(directory.resolve("file" + i));
        }
        assertThat(error(setting(null, directory))).hasMessageContaining(directory + " has more than 1000 entries");
    }

    @Test
    void whatIsListedIsTheDirectoryThatWasLookedAt() throws IOException {
        Files.createFile(directory.resolve("a.jar"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        assertThat(PluginDirectories.plugins(setting(null, link)))
                .extracting(Plugin::path)
                .containsExactly(directory.resolve("a.jar"));
    }

    /** Stands for all that keeps a process from a directory which is there. */
    @Test
    void aDirectoryThatCannotBeReachedIsNotSaidToBeMissing() throws IOException {
        Path loop = temporary.toRealPath().resolve("loop");
        Files.createSymbolicLink(loop, loop);
        NixlException error = error(setting(null, loop));
        assertThat(error.getMessage()).contains(loop + " cannot be listed: ").doesNotContain("there is no");
        assertThat(error.remedy()).startsWith("let the user of this process read it");
    }

    private PluginSetting read(Path file) {
        return SettingsResolver.plugins(SettingSources.of(Config.of(file)));
    }

    private Path settingsFile(String name) throws IOException {
        return Files.writeString(temporary.toRealPath().resolve(name), "[agent]\nplugins = [\"" + directory + "\"]\n");
    }

    private static void assertRefused(PluginSetting setting, String reason) {
        NixlException error = catchThrowableOfType(NixlException.class, () -> PluginDirectories.plugins(setting));
        assertThat(error).as("an error").isNotNull().hasMessageContaining(reason);
    }

    @Test
    void anotherFileInThePlaceOfTheOneThatWasReadProvesNothing() throws IOException {
        Path file = settingsFile("jnixl.toml");
        PluginSetting setting = read(file);
        assertThat(PluginDirectories.plugins(setting)).isEmpty();
        Files.move(settingsFile("other.toml"), file, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(setting, "the settings file " + file + " is not the one any more that was read");
        assertThat(PluginDirectories.plugins(read(file))).isEmpty();
        Files.delete(file);
        assertRefused(setting, file + " cannot be looked at");
    }

    @Test
    void aLinkThatIsTurnedElsewhereProvesNothing() throws IOException {
        Path open = settingsFile("open.toml");
        Path fine = settingsFile("fine.toml");
        mode(open, "rw-rw-rw-");
        Path link = Files.createSymbolicLink(temporary.toRealPath().resolve("jnixl.toml"), open);
        PluginSetting setting = read(link);
        Files.delete(link);
        Files.createSymbolicLink(link, fine);
        assertRefused(setting, open + " can be written by everybody");
        assertThat(PluginDirectories.plugins(read(link))).isEmpty();
    }

    /** Stands for a pipe that the shell names, which has no real path. */
    @Test
    void aFileWithoutARealPathNamesNoPlugins() {
        Path gone = directory.resolve("gone.toml");
        NixlException error = error(setting(gone, directory));
        assertThat(error).hasMessageContaining("the settings file " + gone + " cannot be looked at");
        assertThat(error.remedy()).contains("JNIXL_AGENT_PLUGINS");
    }
}
