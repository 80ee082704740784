// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process is started for.
 *
 * @param kind {@code batch} or {@code calls}
 * @param memory {@code vram} or {@code dram}
 */
record Group(String kind, String memory) {

    static List<Group> all() {
        return Stream.of("vram", "dram")
                .flatMap(memory -> Stream.of("batch", "calls").map(kind -> new Group(kind, memory)))
                .toList();
    }

    /** The arguments that both sides take, for this file. */
    List<String> arguments(Options options, String file, String way) {
        return new ArrayList<>(List.of(
                kind,
                memory,
                Integer.toString(options.gpu()),
                file,
                Long.toString(options.bytes()),
                way,
                Integer.toString(options.threads()),
                Integer.toString(options.limit())));
    }

    @Override
    public String toString() {
        String how = kind.equals("batch") ? "GDS (batches)" : "GDS_MT (calls)";
        return how + ", " + (memory.equals("vram") ? "GPU memory" : "host memory");
    }
}
