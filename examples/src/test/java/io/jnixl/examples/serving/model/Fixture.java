// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A model small enough for tests, and what they do with it again and again. */
final class Fixture {

    static final ModelConfig CONFIG = new ModelConfig(3, 32, 2, 4, 128, 42);

    /** Weights of {@link #CONFIG}; read-only, so that all tests share them. */
    static final Weights WEIGHTS = new Weights(CONFIG);

    /** Two full blocks and a part of a third. */
    static final byte[] PROMPT = bytes("the quick brown fox jumps over the lazy dog");

    private Fixture() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Transformer transformer() {
        return new Transformer(CONFIG, WEIGHTS);
    }

    /** Returns a pool on memory that the garbage collector frees. */
    static PagePool pool(int pages) {
        return new PagePool(Arena.ofAuto().allocate((long) pages * CONFIG.pageBytes(), Float.BYTES), CONFIG);
    }

    /** Returns an empty table of a pool of its own, with pages for a sequence of the maximum length. */
    static BlockTable table() {
        return new BlockTable(pool(CONFIG.layers() * CONFIG.blocksFor(CONFIG.maxTokens())));
    }

    static int prefill(Transformer transformer, byte[] prompt, BlockTable table) {
        return transformer.prefill(prompt, table, layer -> {});
    }

    /** Decodes from {@code first} on, and returns it and the tokens after it. */
    static int[] generate(Transformer transformer, int first, BlockTable table, int count) {
        int[] tokens = new int[count];
        tokens[0] = first;
        for (int i = 1; i < count; i++) {
            tokens[i] = transformer.decode(tokens[i - 1], table.length(), table);
        }
        return tokens;
    }

    /** Copies the pages of the first tokens to another table, as a transfer would. */
    static void copyPages(BlockTable from, BlockTable to, int tokens) {
        to.reserve(tokens);
        for (int layer = 0; layer < CONFIG.layers(); layer++) {
            for (int block = 0; block < CONFIG.blocksFor(tokens); block++) {
                MemorySegment target = to.pool().segment(to.page(layer, block));
                target.copyFrom(from.pool().segment(from.page(layer, block)));
            }
        }
        to.advance(tokens);
    }
}
