// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file settings were read from, so that it can be judged afterwards: by then its path may lead to another.
 *
 * @param path as it was named
 * @param real its real path, which is what was read; null where it has none, as a pipe
 * @param key what tells that file from all others, or null where the file system has nothing that does
 * @since 0.1
 */
public record SettingsFile(
        Path path, @Nullable Path real, @Nullable Object key) {

    /** Checks for null. */
    public SettingsFile {
        Objects.requireNonNull(path, "path");
    }

    /** That which lies there now. To be made before it is opened. */
    public static SettingsFile of(Path path) {
        try {
            Path real = path.toRealPath();
            return new SettingsFile(path, real, keyOf(real));
        } catch (IOException e) {
            return new SettingsFile(path, null, null);
        }
    }

    private static @Nullable Object keyOf(Path real) throws IOException {
        return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    InputStream open() throws IOException {
        return Files.newInputStream(real != null ? real : path);
    }

    /**
     * Whether the same file lies at the real path still.
     *
     * @throws IOException when none does
     */
    public boolean isStillThere() throws IOException {
        return real != null && Objects.equals(key, keyOf(real));
    }
}
