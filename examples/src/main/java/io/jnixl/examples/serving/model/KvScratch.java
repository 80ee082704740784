// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Moves keys and values between pages and heap arrays. Attention reads each of them many times over, and does so
 * faster from one array than through the block table. Unaligned access, as the caller's memory may start anywhere. Not
 * thread-safe.
 */
final class KvScratch {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int hidden;
    private final long valuesStart; // bytes from the start of a page to its values
    private final float[] keys; // of one layer, a row per token
    private final float[] values;

    KvScratch(ModelConfig config) {
        hidden = config.hidden();
        valuesStart = config.pageBytes() / 2;
        keys = new float[config.maxTokens() * hidden];
        values = new float[config.maxTokens() * hidden];
    }

    float[] keys() {
        return keys;
    }

    float[] values() {
        return values;
    }

    /** Writes the key and value of one token to its page. */
    void store(BlockTable table, int layer, int position, float[] key, float[] value) {
        int block = position / ModelConfig.BLOCK_TOKENS;
        long row = (long) (position % ModelConfig.BLOCK_TOKENS) * hidden * Float.BYTES;
        MemorySegment page = table.pool().segment(table.page(layer, block));
        MemorySegment.copy(key, 0, page, FLOAT, row, hidden);
        MemorySegment.copy(value, 0, page, FLOAT, valuesStart + row, hidden);
    }

    /** Reads the keys and values of a layer's first {@code tokens} tokens from the pages. */
    void load(BlockTable table, int layer, int tokens) {
        for (int token = 0; token < tokens; token += ModelConfig.BLOCK_TOKENS) {
            int floats = Math.min(ModelConfig.BLOCK_TOKENS, tokens - token) * hidden;
            MemorySegment page = table.pool().segment(table.page(layer, token / ModelConfig.BLOCK_TOKENS));
            MemorySegment.copy(page, FLOAT, 0, keys, token * hidden, floats);
            MemorySegment.copy(page, FLOAT, valuesStart, values, token * hidden, floats);
        }
    }
}
