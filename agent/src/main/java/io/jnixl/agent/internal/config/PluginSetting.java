// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where plugins lie.
 *
 * @param directories their paths, in order
 * @param origin who says so
 * @param file the settings file that was read, if it is what says so
 * @since 0.1
 */
public record PluginSetting(
        List<String> directories, String origin, @Nullable SettingsFile file) {
    static final PluginSetting NONE = new PluginSetting(List.of(), "default", null);

    /** Copies. */
    public PluginSetting {
        directories = List.copyOf(directories);
        Objects.requireNonNull(origin, "origin");
    }
}
