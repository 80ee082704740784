// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.Config;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the settings are read from: taken once, as they are read twice, first for where plugins lie and then for everything. A
 * settings file may be a pipe.
 *
 * @since 0.1
 */
public final class SettingSources {
    final Config config;
    final Surroundings around;
    final @Nullable ConfigFile file;

    private SettingSources(Config config, Surroundings around) {
        this.config = Objects.requireNonNull(config, "config");
        this.around = around;
        try {
            file = ConfigFile.find(config, around);
        } catch (UnreadableFile e) {
            throw e.asError();
        }
    }

    /**
     * Those that a configuration allows, in this process. May read a file.
     *
     * @throws io.jnixl.api.NixlException with {@link io.jnixl.api.ErrorCode#INVALID_PARAM} when the file is named and cannot be read
     */
    public static SettingSources of(Config config) {
        return of(config, Surroundings.ofProcess());
    }

    /** The same with other surroundings than the process's own. */
    public static SettingSources of(Config config, Surroundings around) {
        return new SettingSources(config, around);
    }
}
