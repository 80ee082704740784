// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads what a table's pages hold of its complete tokens, bit by bit, and nothing of the rows not yet written. */
final class PageBits {

    private PageBits() {}

    /** Returns the bytes of all layers' keys and values, layer by layer, token by token. */
    static byte[] of(BlockTable table) {
        ModelConfig config = table.pool().config();
        int row = config.hidden() * Float.BYTES;
        byte[] bits = new byte[config.layers() * table.length() * 2 * row];
        int at = 0;
        for (int layer = 0; layer < config.layers(); layer++) {
            for (int token = 0; token < table.length(); token++) {
                MemorySegment page = table.pool().segment(table.page(layer, token / ModelConfig.BLOCK_TOKENS));
                int key = token % ModelConfig.BLOCK_TOKENS * row;
                MemorySegment.copy(page, ValueLayout.JAVA_BYTE, key, bits, at, row);
                int value = ModelConfig.BLOCK_TOKENS * row + key;
                MemorySegment.copy(page, ValueLayout.JAVA_BYTE, value, bits, at + row, row);
                at += 2 * row;
            }
        }
        return bits;
    }
}
