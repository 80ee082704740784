// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/**
 * A byte-level decoder-only transformer whose keys and values live in the pages of a {@link BlockTable}.
 *
 * <p>The arithmetic of a token has one fixed order whichever way the token is computed: in a prefill, in a prefill that
 * starts after restored tokens, or in a decode step. So all of these leave bit-identical pages and logits, and a
 * sequence continues alike wherever its pages are moved.
 *
 * <p>An instance holds scratch arrays of some {@code 4 * maxTokens * hidden} floats, reused by every call, and is not
 * thread-safe: give each thread its own. Weights may be shared. The instance keeps nothing of a sequence between calls
 * but the last logits, so calls for different tables may alternate.
 */
public final class Transformer {

    private static final LayerListener NO_LISTENER = layer -> {};

    private final ModelConfig config;
    private final Weights weights;
    private final Rotary rotary;
    private final Attention attention;
    private final FeedForward feedForward;
    private final KvScratch kv;
    private final float[] states; // the residual stream, a row per token of the call
    private final float[] queries; // of one layer, likewise
    private final float[] normed;
    private final float[] query;
    private final float[] key;
    private final float[] value;
    private final float[] mixed;
    private final float[] delta;
    private final float[] logits = new float[ModelConfig.VOCAB];

    /**
     * Creates an instance, with its scratch arrays.
     *
     * @param config shape of the model
     * @param weights weights drawn for an equal configuration
     */
    public Transformer(ModelConfig config, Weights weights) {
        requireSame(config, weights.config());
        this.config = config;
        this.weights = weights;
        rotary = new Rotary(config);
        attention = new Attention(config);
        feedForward = new FeedForward(config);
        kv = new KvScratch(config);
        states = new float[config.maxTokens() * config.hidden()];
        queries = new float[config.maxTokens() * config.hidden()];
        normed = new float[config.hidden()];
        query = new float[config.hidden()];
        key = new float[config.hidden()];
        value = new float[config.hidden()];
        mixed = new float[config.hidden()];
        delta = new float[config.hidden()];
    }

    /**
     * Computes the prompt's tokens layer by layer, from the first one the table does not hold: all of the prompt if the
     * table is empty, else the suffix after {@code table.length()} restored tokens. At least the last token must be
     * left to compute, as its logits are wanted.
     *
     * <p>If this throws, the listener included, the table's length is unchanged; it may have more pages than before.
     *
     * @param prompt the whole prompt, restored tokens included
     * @param table the sequence's pages, extended by the call
     * @param listener told when each layer's pages are complete
     * @return the most likely next token, 0 to 255; it is not in the table yet, so pass it to {@link #decode}
     * @throws IllegalArgumentException if the table already holds the whole prompt, or the prompt is too long
     * @throws PagePoolExhaustedException if there are not enough free pages; nothing was computed then
     */
    public int prefill(byte[] prompt, BlockTable table, LayerListener listener) {
        int from = table.length();
        if (from >= prompt.length) {
            throw new IllegalArgumentException(
                    "table holds " + from + " tokens, which leaves none of the prompt's " + prompt.length);
        }
        requireSame(config, table.pool().config());
        table.reserve(prompt.length);
        for (int i = from; i < prompt.length; i++) {
            embed(Byte.toUnsignedInt(prompt[i]), i - from);
        }
        return forward(from, prompt.length - from, table, listener);
    }

    /**
     * Computes one more token.
     *
     * @param token the token, 0 to 255
     * @param position its position, which must be {@code table.length()}
     * @param table the sequence's pages, extended by the call
     * @return the most likely token to follow it; the lowest if several are equally likely
     * @throws IllegalArgumentException if the token or position is wrong, or the sequence too long
     * @throws PagePoolExhaustedException if there are not enough free pages; nothing was computed then
     */
    public int decode(int token, int position, BlockTable table) {
        if (token < 0 || token >= ModelConfig.VOCAB) {
            throw new IllegalArgumentException("token " + token + " is not a byte from 0 to 255");
        }
        if (position != table.length()) {
            throw new IllegalArgumentException(
                    "position " + position + " does not follow the table's " + table.length() + " tokens");
        }
        requireSame(config, table.pool().config());
        table.reserve(position + 1);
        embed(token, 0);
        return forward(position, 1, table, NO_LISTENER);
    }

    /**
     * Returns the logits of the last token of the last call.
     *
     * @return a copy, one number per token of the vocabulary
     */
    public float[] logits() {
        return logits.clone();
    }

    private void embed(int token, int row) {
        System.arraycopy(weights.embedding(), token * config.hidden(), states, row * config.hidden(), config.hidden());
    }

    private int forward(int from, int count, BlockTable table, LayerListener listener) {
        for (int layer = 0; layer < config.layers(); layer++) {
            projectAll(layer, from, count, table);
            listener.layerDone(layer);
            kv.load(table, layer, from + count);
            // Nothing but the last token's logits depends on what follows the last layer's keys and values.
            int first = layer == config.layers() - 1 ? count - 1 : 0;
            for (int row = first; row < count; row++) {
                attend(layer, from, row);
                feedForward(layer, row);
            }
        }
        computeLogits(count - 1);
        table.advance(count);
        return Vectors.argMax(logits);
    }

    private void projectAll(int layer, int from, int count, BlockTable table) {
        for (int row = 0; row < count; row++) {
            project(weights.layer(layer), from + row, row);
            kv.store(table, layer, from + row, key, value);
        }
    }

    /** Computes query, key and value of a token; the query is kept until all keys and values of the layer are there. */
    private void project(Weights.Layer matrices, int position, int row) {
        int hidden = config.hidden();
        Vectors.rmsNorm(states, row * hidden, normed, hidden);
        matrices.query().multiply(normed, query);
        matrices.key().multiply(normed, key);
        matrices.value().multiply(normed, value);
        rotary.rotate(query, config.heads(), position);
        rotary.rotate(key, config.heads(), position);
        System.arraycopy(query, 0, queries, row * hidden, hidden);
    }

    private void attend(int layer, int from, int row) {
        int hidden = config.hidden();
        attention.attend(queries, row * hidden, kv, from + row + 1, mixed);
        weights.layer(layer).output().multiply(mixed, delta);
        Vectors.addScaled(1.0f, delta, 0, states, row * hidden, hidden);
    }

    private void feedForward(int layer, int row) {
        int hidden = config.hidden();
        Vectors.rmsNorm(states, row * hidden, normed, hidden);
        feedForward.apply(weights.layer(layer), normed, delta);
        Vectors.addScaled(1.0f, delta, 0, states, row * hidden, hidden);
    }

    private void computeLogits(int row) {
        int hidden = config.hidden();
        Vectors.rmsNorm(states, row * hidden, normed, hidden);
        for (int token = 0; token < ModelConfig.VOCAB; token++) {
            logits[token] = Vectors.dot(weights.embedding(), token * hidden, normed, 0, hidden);
        }
    }

    private static void requireSame(ModelConfig mine, ModelConfig other) {
        if (!mine.equals(other)) {
            throw new IllegalArgumentException("configurations differ: " + mine + " and " + other);
        }
    }
}
