// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Config;
import io.jnixl.cli.run.Allocator;
import io.jnixl.cli.run.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the agent is made. No file and no variable of jnixl's is read; what runs is what is written. */
final class AgentOptions {
    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "UCX (the default), POSIX, MEMORY, or another that is on the class path or in --plugins.")
    String backend = "UCX";

    @Option(
            names = "--plugins",
            paramLabel = "DIR[,DIR]",
            description = "Directories with further backends, as the setting agent.plugins names them.")
    String plugins = "";

    @Option(
            names = "--device_list",
            paramLabel = "LIST",
            description = "UCX: network devices, such as mlx5_0,mlx5_1; all unless given.")
    String devices = "all";

    @Option(
            names = "--enable_pt",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "A thread that never sleeps makes progress; without it whoever calls does, and a thread helps"
                    + " that sleeps when idle.")
    boolean dedicated;

    @Option(
            names = "--alloc",
            paramLabel = "agent|arena",
            description = "Who allocates the buffers: the agent (shared memory, where the backend has it) or an arena"
                    + " (private memory, the default).")
    Allocator allocator = Allocator.ARENA;

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description = "An option of the backend, such as --option num_workers=2; may be given several times."
                    + " docs/configuration.md lists them.")
    Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--timeout",
            paramLabel = "S",
            converter = Numbers.Seconds.class,
            description = "Seconds to wait for the partner, for an answer, and for one transfer; 60 unless given.")
    int timeout = 60;

    Duration timeout() {
        return Duration.ofSeconds(timeout);
    }

    Config config() {
        Config config = Config.empty().with("agent.backends", backend).with("agent.plugins", plugins);
        if (dedicated) {
            config = config.with("agent.progress", "spin");
        }
        if (!devices.equals("all")) {
            config = config.with("backends." + backend + ".device_list", devices);
        }
        for (Map.Entry<String, String> option : options.entrySet()) {
            config = config.with("backends." + backend + "." + option.getKey(), option.getValue());
        }
        return config;
    }

    @Nullable
    String wrong() {
        return backend.isBlank() || backend.contains(",") ? "--backend '" + backend + "' is not one backend" : null;
    }

    /** Its options as far as they were given, and not given to another option already. */
    void preset(String option, @Nullable String value) {
        if (value != null) {
            options.putIfAbsent(option, value);
        }
    }

    /** As another process takes them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--backend=" + backend,
                "--plugins=" + plugins,
                "--device_list=" + devices,
                "--enable_pt=" + dedicated,
                "--alloc=" + allocator,
                "--timeout=" + timeout));
        options.forEach((name, value) -> arguments.add("--option=" + name + "=" + value));
        return arguments;
    }
}
