// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.examples.serving.model.BlockTable;
import io.jnixl.examples.serving.model.ModelConfig;
import io.jnixl.examples.serving.model.PagePool;
import io.jnixl.examples.serving.model.Transformer;
import io.jnixl.examples.serving.model.Weights;
import java.lang.foreign.Arena;

/** The yardstick: prompt and generation in one place, nothing moved. */
final class OneAgent {
    private OneAgent() {}

    static int[] answer(byte[] prompt, int count, ModelConfig config, Weights weights) {
        try (Arena arena = Arena.ofConfined()) {
            int pages = config.layers() * config.blocksFor(prompt.length + count);
            PagePool pool = new PagePool(arena.allocate((long) pages * config.pageBytes(), 64), config);
            Transformer model = new Transformer(config, weights);
            try (BlockTable table = new BlockTable(pool)) {
                int[] tokens = new int[count];
                tokens[0] = model.prefill(prompt, table, layer -> {});
                for (int i = 1; i < count; i++) {
                    tokens[i] = model.decode(tokens[i - 1], prompt.length + i - 1, table);
                }
                return tokens;
            }
        }
    }
}
