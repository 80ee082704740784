// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All options of the command. */
final class BenchOptions {
    @Mixin
    final MeetingOptions meeting = new MeetingOptions();

    @Mixin
    final AgentOptions agent = new AgentOptions();

    @Mixin
    final SweepOptions sweep = new SweepOptions();

    @Mixin
    final StorageOptions storage = new StorageOptions();

    @Mixin
    final GpuOptions gpu = new GpuOptions();

    @Mixin
    final OutputOptions output = new OutputOptions();

    @Option(
            names = Arguments.CONFIG_FILE,
            paramLabel = "FILE",
            description = "Take options from this TOML file, by their names, at the top or in tables. The command line"
                    + " beats it.")
    @Nullable
    Path configFile;

    /** Looks at what options say together; what is wrong, or null. */
    @Nullable
    String wrong() {
        String[] all = {
            meeting.wrong(),
            agent.wrong(),
            sweep.wrong(),
            storage.wrong(agent.backend),
            gpu.wrong(agent.backend, meeting, storage),
            output.wrong(),
            together()
        };
        for (String wrong : all) {
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable String together() {
        if (storage.named() && !meeting.isLocal()) {
            return "storage is on the far side of one process: leave out how two processes meet";
        }
        if (storage.direct && sweep.locations == Locations.BYTEALIGNED) {
            return "--storage_enable_direct and --randomize_location_mode bytealigned exclude each other";
        }
        return null;
    }

    /** Options that are names of backend options. */
    void settle() {
        agent.preset("engine", storage.engine);
        agent.preset("ios_pool_size", storage.poolSize);
        agent.preset("kernel_queue_size", storage.queueSize);
        agent.preset("batch_pool_size", gpu.batchPoolSize);
        agent.preset("batch_limit", gpu.batchLimit);
        agent.preset("thread_count", gpu.threads);
    }
}
