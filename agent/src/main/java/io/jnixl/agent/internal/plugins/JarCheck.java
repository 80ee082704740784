// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.agent.internal.config.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Whether a jar can be read, and leads to no others. A class loader passes over a damaged jar, and follows a manifest, without a word. */
final class JarCheck {
    private JarCheck() {}

    /**
     * Looks into a jar.
     *
     * @param jar its real path
     * @param all the jars of the same plugin, whose owners are looked at as well
     */
    static void check(Path jar, List<Path> all) throws Refusal {
        String shown = Shown.text(jar.toString());
        if (!Files.isRegularFile(jar, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(shown + " is no file", "remove it");
        }
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            if (file.size() == 0) {
                throw new Refusal(shown + " is an empty jar", "replace it" + Plugin.GO_WITHOUT);
            }
            checkClassPath(jar, file.getManifest(), all);
        } catch (IOException e) {
            throw new Refusal(
                    shown + " is no jar that can be read: " + Shown.text(e.toString()),
                    (Files.isReadable(jar) ? "replace it" : "let the user of this process read it") + Plugin.GO_WITHOUT,
                    e);
        }
    }

    private static void checkClassPath(Path jar, @Nullable Manifest manifest, List<Path> all) throws Refusal {
        String classPath =
                manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        if (classPath == null) {
            return;
        }
        StringTokenizer entries = new StringTokenizer(classPath); // as the class loader splits it
        while (entries.hasMoreTokens()) {
            String entry = entries.nextToken();
            if (all.stream().noneMatch(other -> isNamed(other, entry, jar))) {
                throw new Refusal(
                        Shown.text(jar.toString()) + " has a Class-Path that leads to " + Shown.text(entry)
                                + ", which is no jar of this plugin, so that nobody looks at who can write it",
                        "put the jars that it needs, and itself, into a folder of their own in the plugin directory"
                                + Plugin.GO_WITHOUT);
            }
        }
    }

    /** A Class-Path names URLs, relative to the jar; of those only the names of files beside it are taken. */
    private static boolean isNamed(Path other, String entry, Path jar) {
        String url = other.toUri().getRawPath();
        return Objects.equals(other.getParent(), jar.getParent())
                && url.substring(url.lastIndexOf('/') + 1).equals(entry);
    }
}
