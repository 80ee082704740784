// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.agent.internal.config.Shown;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A jar, or a folder with the jars that belong together.
 *
 * @param path as it stands in the directory; may be a symbolic link
 * @since 0.1
 */
public record Plugin(Path path) {
    private static final int MAX_JARS = 1000;
    static final String GO_WITHOUT = ", or remove it to go without it";

    /** Checks for null. */
    public Plugin {
        Objects.requireNonNull(path, "path");
    }

    /** The file's name. */
    public String name() {
        return Shown.text(String.valueOf(path.getFileName()));
    }

    /**
     * The class loader of its own, the same for all agents of the process.
     *
     * @throws Refusal when it, or one of its jars, cannot be read or must not be trusted
     */
    public PluginLoader load() throws Refusal {
        Path real = real(path);
        List<Path> jars = Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS) ? jarsOf(real) : List.of(real);
        for (Path jar : jars) {
            Ownership.ofProcess().check(jar);
            JarCheck.check(jar, jars);
        }
        return PluginLoader.of(real, jars);
    }

    private static List<Path> jarsOf(Path folder) throws Refusal {
        Ownership.ofProcess().check(folder);
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Plugin::isJar)) {
            for (Path entry : entries) {
                jars.add(real(entry));
                if (jars.size() > MAX_JARS) {
                    throw new Refusal(
                            Shown.text(folder.toString()) + " holds more than " + MAX_JARS + " jars",
                            "leave only those of the plugin there");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new Refusal(
                    Shown.text(folder.toString()) + " cannot be listed: " + Shown.text(e.toString()),
                    "let the user of this process read it" + GO_WITHOUT,
                    e);
        }
        if (jars.isEmpty()) {
            throw new Refusal(
                    Shown.text(folder.toString()) + " holds no jar",
                    "put the jars of the plugin right into it, not further down" + GO_WITHOUT);
        }
        jars.sort(null);
        return jars;
    }

    private static Path real(Path path) throws Refusal {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new Refusal(
                    Shown.text(path.toString()) + " leads nowhere: " + Shown.text(e.toString()),
                    "correct the symbolic link" + GO_WITHOUT,
                    e);
        }
    }

    /** Whether a name says that this is a jar for us. */
    static boolean isJar(Path entry) {
        return !isHidden(entry) && String.valueOf(entry.getFileName()).endsWith(".jar");
    }

    /** Files whose names begin with a dot belong to tools. */
    static boolean isHidden(Path entry) {
        return String.valueOf(entry.getFileName()).startsWith(".");
    }
}
