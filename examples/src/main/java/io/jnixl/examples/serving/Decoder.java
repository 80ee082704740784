// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Peer;
import io.jnixl.examples.serving.model.BlockTable;
import io.jnixl.examples.serving.model.ModelConfig;
import io.jnixl.examples.serving.model.PagePool;
import io.jnixl.examples.serving.model.Transformer;
import io.jnixl.examples.serving.model.Weights;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;

/**
 * The decode side: asks for the pages of a prompt, or takes them from the file, and generates from them.
 */
final class Decoder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What came of a prompt. */
    @SuppressWarnings("ArrayRecordComponent") // handed from one method to the next, never compared
    record Answer(int[] tokens, int restoredBlocks) {}

    private final Agent agent;
    private final ModelConfig config;
    private final Allocation memory;
    private final PagePool pool;
    private final Transformer model;
    private final PrefixStore store;
    private final boolean corrupt;
    private int requests;

    Decoder(Agent agent, Weights weights, Path file, boolean corrupt) {
        this.agent = agent;
        this.config = weights.config();
        this.memory = agent.allocate(Prefiller.poolBytes(config));
        this.pool = new PagePool(memory.segment(), config);
        this.model = new Transformer(config, weights);
        this.store = PrefixStore.open(agent, memory, config, file, pool.capacity());
        this.corrupt = corrupt;
    }

    /** What prefill needs in order to push into the pool. */
    byte[] metadata() {
        return agent.metadata();
    }

    PrefixStore store() {
        return store;
    }

    Answer answer(byte[] prompt, int count, Peer prefill) {
        try (BlockTable table = new BlockTable(pool)) {
            table.reserve(prompt.length);
            int known = store.knownBlocks(prompt);
            int first = known > 0 ? restore(prompt, table, known) : fetch(prompt, table, prefill);
            store.offload(prompt, table);
            return new Answer(generate(prompt.length, first, count, table), known);
        }
    }

    /** Takes the prompt's beginning from the file and computes the rest here. */
    private int restore(byte[] prompt, BlockTable table, int blocks) {
        store.restore(prompt, table, blocks);
        table.advance(blocks * ModelConfig.BLOCK_TOKENS);
        return model.prefill(prompt, table, layer -> {});
    }

    private int fetch(byte[] prompt, BlockTable table, Peer prefill) {
        int request = ++requests;
        agent.sendNotification(prefill, Messages.encode(new Messages.Prefill(request, prompt, pages(table))));
        int first = awaitPages(request, prefill);
        if (corrupt) {
            spoil(pool.segment(table.page(0, 0)));
        }
        table.advance(prompt.length);
        return first;
    }

    private int[][] pages(BlockTable table) {
        int[][] pages = new int[config.layers()][table.blocks()];
        for (int layer = 0; layer < pages.length; layer++) {
            for (int block = 0; block < pages[layer].length; block++) {
                pages[layer][block] = table.page(layer, block);
            }
        }
        return pages;
    }

    /** Waits until every layer has said that it is here, and for the token that follows. */
    private int awaitPages(int request, Peer prefill) {
        BitSet layers = new BitSet();
        while (true) {
            Messages message = Messages.decode(
                    agent.awaitNotification(prefill.name(), PATIENCE).bytes());
            switch (message) {
                case Messages.Layer layer when layer.request() == request -> layers.set(layer.layer());
                case Messages.FirstToken token
                when token.request() == request -> {
                    if (layers.cardinality() != config.layers()) {
                        throw new IllegalStateException("only layers " + layers + " had arrived before the token");
                    }
                    return token.token();
                }
                default -> throw new IllegalStateException("unexpected message " + message);
            }
        }
    }

    /** Changes the size of every number in the page: one bit might be too little to change a token. */
    private static void spoil(MemorySegment page) {
        for (long at = 3; at < page.byteSize(); at += Float.BYTES) { // the byte of the sign and most of the exponent
            page.set(JAVA_BYTE, at, (byte) (page.get(JAVA_BYTE, at) ^ 0x02));
        }
    }

    private int[] generate(int position, int first, int count, BlockTable table) {
        int[] tokens = new int[count];
        tokens[0] = first;
        for (int i = 1; i < count; i++) {
            tokens[i] = model.decode(tokens[i - 1], position + i - 1, table);
        }
        return tokens;
    }

    @Override
    public void close() {
        store.close();
        memory.close();
    }
}
