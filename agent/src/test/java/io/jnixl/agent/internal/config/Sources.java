// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** Sources of settings of a test's own making. The file is {@code jnixl.toml} of the folder, where it is looked for. */
final class Sources {
    static final OptionSpec<Integer> WORKERS =
            OptionSpec.integer("num_workers", "workers", 1, 64).withDefault("1");
    static final OptionSpec<String> SECRET =
            OptionSpec.string("secret_key", "a key").secret();
    static final OptionSpec<Integer> PIN =
            OptionSpec.integer("pin", "a number", 0, 9999).secret();
    static final OptionSpec<Boolean> FAST = OptionSpec.bool("fast", "whether to be fast");
    static final OptionSpec<List<String>> DEVICES = OptionSpec.words("devices", "network devices");
    static final OptionSpec<List<String>> ENDPOINTS =
            OptionSpec.words("endpoints", "servers").nativeName("NIXL_ETCD_ENDPOINTS");
    static final OptionSpec<String> BUCKET =
            OptionSpec.string("bucket", "where to put things").required();

    static final Map<String, List<OptionSpec<?>>> BACKENDS =
            Map.of("UCX", List.of(WORKERS, SECRET, PIN, FAST, DEVICES), "OBJ", List.of(BUCKET));

    static final Map<String, List<OptionSpec<?>>> EXCHANGES = Map.of("etcd", List.of(ENDPOINTS, SECRET));

    final Path folder;
    final Map<String, String> properties = new HashMap<>();
    final Map<String, String> environment = new HashMap<>();
    Config config = Config.load();
    Map<String, List<OptionSpec<?>>> backends = BACKENDS;
    Map<String, List<OptionSpec<?>>> exchanges = EXCHANGES;

    Sources(Path folder) {
        this.folder = folder;
    }

    Path file() {
        return folder.resolve("jnixl.toml");
    }

    Sources program(String key, String value) {
        config = config.with(key, value);
        return this;
    }

    Sources property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    Sources variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Sources toml(String... lines) {
        try {
            Files.writeString(file(), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Surroundings surroundings() {
        return new Surroundings(
                properties,
                environment,
                List.of(file(), folder.resolve("home.toml"), folder.resolve("etc.toml")),
                List.of(folder.resolve("home.cfg"), folder.resolve("etc.cfg")),
                () -> "host-7");
    }

    Settings resolve() {
        return SettingsResolver.resolve(config, backends, exchanges, surroundings());
    }

    /** What is wrong, in words; with the folder cut out. */
    String failure() {
        NixlException error = catchThrowableOfType(NixlException.class, this::resolve);
        Assertions.assertThat(error).as("an error").isNotNull();
        Assertions.assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAM);
        return String.valueOf(error.getMessage()).replace(folder + "/", "");
    }
}
