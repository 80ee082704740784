// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's settings come from. A setting is taken from the first of: the program ({@link #with}), a system property
 * ({@code jnixl.agent.deadline}), the environment ({@code JNIXL_AGENT_DEADLINE}), the TOML file's profile in force
 * ({@code agent.profile}), the rest of the TOML file, native NIXL's environment and file where they mean the same, the default.
 *
 * <p>An immutable value that reads nothing itself: sources are read when an agent is built, and what is wrong in them is
 * reported then.
 *
 * @since 0.1
 */
public final class Config {
    private final Map<String, String> settings;
    private final @Nullable Path file;
    private final boolean surroundings;

    private Config(Map<String, String> settings, @Nullable Path file, boolean surroundings) {
        this.settings = settings;
        this.file = file;
        this.surroundings = surroundings;
    }

    /**
     * System properties, environment, and the TOML file that {@code -Djnixl.config} or {@code JNIXL_CONFIG} names, else the
     * first there is of {@code ./jnixl.toml}, {@code ~/.jnixl.toml}, {@code /etc/jnixl.toml}; then native NIXL's variables and its file,
     * which {@code NIXL_CONFIG_FILE} names, else the first there is of {@code ~/.nixl.cfg}, {@code /etc/nixl.cfg}.
     */
    public static Config load() {
        return new Config(Map.of(), null, true);
    }

    /** As {@link #load()}, with this file, which must exist. */
    public static Config of(Path file) {
        return new Config(Map.of(), Objects.requireNonNull(file, "file"), true);
    }

    /** Nothing but what the program says, and defaults. */
    public static Config empty() {
        return new Config(Map.of(), null, false);
    }

    /** The same with one more setting by the program, which beats all other sources. */
    public Config with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return new Config(Map.copyOf(more), file, surroundings);
    }

    /** The program's settings by key. */
    public Map<String, String> settings() {
        return settings;
    }

    /** The file named by the program, if one is. */
    public @Nullable Path file() {
        return file;
    }

    /** Whether system properties, environment and the usual files count. */
    public boolean readsSurroundings() {
        return surroundings;
    }
}
