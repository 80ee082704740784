// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.agent.internal.config.PluginSetting;
import io.jnixl.agent.internal.config.SettingsFile;
import io.jnixl.agent.internal.config.Shown;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directories that {@code agent.plugins} names. Who names one wants what is in it: one that cannot be used is an error, while
 * a plugin that cannot be used is told of and left out.
 *
 * @since 0.1
 */
public final class PluginDirectories {
    private static final int MAX_ENTRIES = 1000;

    private PluginDirectories() {}

    /**
     * The plugins, in the order of the directories and of the files' names. Loads none of them.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when a directory is missing or must not be trusted, or when the
     *     settings file that names them can be written by others
     */
    public static List<Plugin> plugins(PluginSetting setting) {
        List<Plugin> plugins = new ArrayList<>();
        try {
            if (setting.file() != null) {
                check(setting.file());
            }
            for (String directory : setting.directories()) {
                plugins.addAll(list(directory));
            }
        } catch (Refusal e) {
            throw error(setting, e.reason(), e.remedy(), e);
        }
        return plugins;
    }

    /** What was read is what is judged: that the file is the same is asked when nobody can exchange it any more. */
    private static void check(SettingsFile file) throws Refusal {
        String shown = Shown.text(file.path().toString());
        Path real = file.real();
        if (real == null) {
            throw new Refusal(
                    "the settings file " + shown + " cannot be looked at",
                    "name plugins in a file that is no pipe, or in the environment: JNIXL_AGENT_PLUGINS");
        }
        Ownership.ofProcess().check(real);
        if (!isStillThere(file)) {
            throw new Refusal(
                    "the settings file " + shown + " is not the one any more that was read",
                    "start again, and see who has replaced it");
        }
    }

    private static boolean isStillThere(SettingsFile file) {
        try {
            return file.isStillThere();
        } catch (IOException e) {
            return false;
        }
    }

    private static NixlException error(PluginSetting setting, String reason, String remedy, Exception cause) {
        return NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        "agent.plugins (" + setting.origin() + ") cannot be followed: " + reason)
                .remedy(remedy)
                .cause(cause)
                .build();
    }

    private static List<Plugin> list(String text) throws Refusal {
        String shown = Shown.text(text);
        try {
            Path real = path(text).toRealPath();
            if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(shown + " is no directory", "name the directory that the plugins lie in");
            }
            Ownership.ofProcess().check(real);
            return list(real);
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no directory " + shown, "make it, or correct agent.plugins", e);
        } catch (IOException | DirectoryIteratorException e) {
            throw new Refusal(
                    shown + " cannot be listed: " + Shown.text(e.toString()),
                    "let the user of this process read it, or correct agent.plugins",
                    e);
        }
    }

    private static Path path(String text) throws Refusal {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Refusal(Shown.text(text) + " is no valid path", "correct agent.plugins", e);
        }
    }

    /** What is listed is the directory that was looked at, whatever links lead elsewhere by now. */
    private static List<Plugin> list(Path directory) throws IOException, Refusal {
        List<Path> found = new ArrayList<>();
        int entries = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path entry : all) {
                if (++entries > MAX_ENTRIES) {
                    throw new Refusal(
                            Shown.text(directory.toString()) + " has more than " + MAX_ENTRIES + " entries",
                            "name a directory with plugins alone");
                }
                if (isPlugin(entry)) {
                    found.add(entry);
                }
            }
        }
        return found.stream().sorted().map(Plugin::new).toList();
    }

    /** Jars, broken links to jars too, and folders. */
    private static boolean isPlugin(Path entry) {
        return Plugin.isJar(entry) || (!Plugin.isHidden(entry) && Files.isDirectory(entry));
    }
}
