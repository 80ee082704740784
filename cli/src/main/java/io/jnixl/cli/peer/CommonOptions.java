// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Config;
import io.jnixl.cli.run.Allocator;
import io.jnixl.cli.run.Numbers;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all roles: how the agent is made. No file and no variable of jnixl's is read; what runs is what is written. */
final class CommonOptions {
    /** Whether endpoints notice that their peer is gone. */
    enum ErrorHandling {
        PEER,
        NONE
    }

    @Option(
            names = "--err",
            paramLabel = "peer|none",
            description =
                    "UCX: whether connections notice that the other side is gone (peer, the default) or not (none). It"
                            + " must be the same on both sides.")
    private @Nullable ErrorHandling errorHandling;

    @Option(names = "--num_workers", paramLabel = "N", description = "UCX: number of workers.")
    private @Nullable String workers;

    @Option(
            names = "--num_threads",
            paramLabel = "N",
            description = "UCX: number of threads that share large transfers.")
    private @Nullable String threads;

    @Option(
            names = "--engine_config",
            paramLabel = "K=V,...",
            description = "UCX: its own settings, such as TLS=tcp; variables of the environment beat them.")
    private @Nullable String engineConfig;

    @Option(
            names = "--plugins",
            paramLabel = "DIR[,DIR]",
            description = "Directories with further backends, as the setting agent.plugins names them.")
    private String plugins = "";

    @Option(
            names = "--prog",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description = "0: whoever calls makes progress, and a thread helps that sleeps when idle (default); 1: this"
                    + " thread never sleeps.")
    private Flag dedicated = Flag.OFF;

    @Option(
            names = "--alloc",
            paramLabel = "agent|arena",
            description = "Who allocates the buffer: the agent (shared memory, where the backend has it) or an arena"
                    + " (private memory, the default).")
    private Allocator allocator = Allocator.ARENA;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            converter = Numbers.Seconds.class,
            description =
                    "Seconds to wait for the partner, for an answer, for one transfer, and, in the target, for the"
                            + " next message; 60 unless given.")
    private int timeout = 60;

    @Option(
            names = "--quiet",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description = "1: only results and errors are printed.")
    private Flag quiet = Flag.OFF;

    Allocator allocator() {
        return allocator;
    }

    Duration timeout() {
        return Duration.ofSeconds(timeout);
    }

    boolean quiet() {
        return quiet.on();
    }

    boolean namesUcx() {
        return errorHandling != null || workers != null || threads != null || engineConfig != null;
    }

    /** Settings of an agent with UCX, and only that. */
    Config ucx() {
        Config config = with(only("UCX"), "num_workers", workers);
        config = with(config, "num_threads", threads);
        config = with(config, "engine_config", engineConfig);
        return with(
                config,
                "ucx_error_handling_mode",
                errorHandling == null ? null : errorHandling.name().toLowerCase(Locale.ROOT));
    }

    private static Config with(Config config, String option, @Nullable String value) {
        return value == null ? config : config.with("backends.UCX." + option, value);
    }

    /** Settings of an agent with this backend, and only that. */
    Config only(String backend) {
        Config config = Config.empty().with("agent.backends", backend).with("agent.plugins", plugins);
        return dedicated.on() ? config.with("agent.progress", "spin") : config;
    }
}
