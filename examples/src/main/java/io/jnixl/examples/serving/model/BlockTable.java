// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.util.Arrays;

/**
 * The pages of one sequence: for every layer and every block of {@link ModelConfig#BLOCK_TOKENS} tokens, the number of
 * a page of one {@link PagePool}.
 *
 * <p>{@link Transformer} fills a table by itself. To restore tokens computed elsewhere instead, {@link #reserve} pages
 * for them, write (or receive) their contents, then {@link #advance} past them. A table owns its pages and gives them
 * back on {@link #close}; it is empty then and may be filled again. Not thread-safe: another thread may look up pages
 * only while no thread changes the table.
 */
public final class BlockTable implements AutoCloseable {

    private final PagePool pool;
    private final int[][] pages; // by layer, then block
    private int blocks;
    private int length;

    /**
     * Creates a table without tokens or pages.
     *
     * @param pool where the pages come from
     */
    public BlockTable(PagePool pool) {
        this.pool = pool;
        ModelConfig config = pool.config();
        this.pages = new int[config.layers()][config.blocksFor(config.maxTokens())];
    }

    /**
     * Returns the pool the pages come from.
     *
     * @return the pool
     */
    public PagePool pool() {
        return pool;
    }

    /**
     * Returns the number of tokens whose keys and values are complete in all layers.
     *
     * @return number of tokens
     */
    public int length() {
        return length;
    }

    /**
     * Returns the number of blocks that have pages, be the tokens in them complete or not.
     *
     * @return number of blocks
     */
    public int blocks() {
        return blocks;
    }

    /**
     * Returns the page of a block.
     *
     * @param layer the layer, from 0
     * @param block the block, 0 to {@code blocks() - 1}; it holds the tokens from {@code block * BLOCK_TOKENS} on
     * @return the page's number in the pool
     * @throws IndexOutOfBoundsException if there is no such layer, or the block has no pages
     */
    public int page(int layer, int block) {
        if (block < 0 || block >= blocks) {
            throw new IndexOutOfBoundsException("block " + block + " is not one of the table's " + blocks);
        }
        return pages[layer][block];
    }

    /**
     * Makes sure that there are pages for the first tokens of the sequence, in all layers. Allocates all that are
     * missing, or none.
     *
     * @param tokens number of tokens, counted from the start of the sequence
     * @throws IllegalArgumentException if a sequence cannot be that long
     * @throws PagePoolExhaustedException if the pool has too few free pages; the table is unchanged then
     */
    public void reserve(int tokens) {
        int limit = pool.config().maxTokens();
        if (tokens < 0 || tokens > limit) {
            throw new IllegalArgumentException(tokens + " tokens are not from 0 to the model's limit of " + limit);
        }
        int missing = pool.config().blocksFor(tokens) - blocks;
        if (missing > 0) {
            append(pool.allocate(missing * pages.length));
        }
    }

    /**
     * Declares further tokens complete: their keys and values are in the pages of all layers.
     *
     * @param tokens number of tokens to add to {@link #length()}
     * @throws IllegalArgumentException if there are no pages for that many
     */
    public void advance(int tokens) {
        int room = blocks * ModelConfig.BLOCK_TOKENS - length;
        if (tokens < 0 || tokens > room) {
            throw new IllegalArgumentException("cannot add " + tokens + " tokens: pages have room for " + room);
        }
        length += tokens;
    }

    /** Gives all pages back to the pool. No transfer may be using them any more. Harmless when repeated. */
    @Override
    public void close() {
        for (int[] layerPages : pages) {
            for (int block = 0; block < blocks; block++) {
                pool.free(layerPages[block]);
            }
            Arrays.fill(layerPages, 0);
        }
        blocks = 0;
        length = 0;
    }

    private void append(int[] fresh) {
        int perLayer = fresh.length / pages.length;
        for (int layer = 0; layer < pages.length; layer++) {
            System.arraycopy(fresh, layer * perLayer, pages[layer], blocks, perLayer);
        }
        blocks += perLayer;
    }
}
