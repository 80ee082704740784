// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import java.util.SplittableRandom;

/** What the benchmarks share: an agent whose backend costs nothing, lists of blocks, index tables. */
final class Bench {
    static final long BLOCK = 64;
    private static final long SEED = 42;

    private Bench() {}

    static Agent inlineAgent() {
        return AgentAssembly.of(Config.empty().with("agent.backends", InlineBackend.NAME))
                .name("bench")
                .backend(new InlineBackend())
                .build();
    }

    /** Every other block from here on, in random order: nothing merges and nothing is strided. */
    static DescriptorList scattered(long address, int count) {
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        int[] order = shuffled(count);
        for (int i = 0; i < count; i++) {
            addresses[i] = address + 2 * BLOCK * order[i];
            lengths[i] = BLOCK;
        }
        return DescriptorList.of(MemoryKind.DRAM, 0, addresses, lengths);
    }

    static int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
