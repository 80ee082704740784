// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The model's weights, drawn at random from the configuration's seed: nothing is trained, so the continuation of a
 * prompt means nothing, but it is a function of the prompt that every process computes alike. Read-only, safe for use
 * by any thread; several {@link Transformer}s may share one instance.
 */
public final class Weights {

    /**
     * Queries and keys above unit scale sharpen the attention, so that a token listens to a few earlier ones and not to
     * the mean of all: the output then depends visibly on the cached pages.
     */
    private static final double QUERY_KEY_GAIN = 1.7;

    /** Small next to what the layers add, or the tied output embedding would just repeat the last token. */
    private static final double EMBEDDING_SCALE = 0.1;

    /** Makes up for what the gate takes away from the signal. */
    private static final double DOWN_GAIN = 2.0;

    private final ModelConfig config;
    private final float[] embedding;
    private final List<Layer> layers;

    /**
     * Draws the weights.
     *
     * @param config shape and seed
     */
    public Weights(ModelConfig config) {
        this.config = config;
        SplitMix64 random = new SplitMix64(config.seed());
        embedding = randomEmbedding(random, config);
        List<Layer> drawn = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            drawn.add(Layer.random(random, config));
        }
        layers = List.copyOf(drawn);
    }

    /**
     * Returns the configuration the weights were drawn for.
     *
     * @return shape and seed
     */
    public ModelConfig config() {
        return config;
    }

    /** The embedding, one row of {@code hidden} numbers per token; also the output matrix. Not to be written to. */
    float[] embedding() {
        return embedding;
    }

    Layer layer(int layer) {
        return layers.get(layer);
    }

    private static float[] randomEmbedding(SplitMix64 random, ModelConfig config) {
        float scale = (float) (EMBEDDING_SCALE * Math.sqrt(3.0));
        float[] rows = new float[ModelConfig.VOCAB * config.hidden()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextSigned() * scale;
        }
        return rows;
    }

    /** The matrices of one layer. */
    record Layer(Matrix query, Matrix key, Matrix value, Matrix output, Matrix gate, Matrix up, Matrix down) {

        static Layer random(SplitMix64 random, ModelConfig config) {
            int hidden = config.hidden();
            int ffn = config.ffnWidth();
            // Arguments are evaluated from left to right, which fixes who gets which random numbers.
            return new Layer(
                    Matrix.random(random, hidden, hidden, QUERY_KEY_GAIN),
                    Matrix.random(random, hidden, hidden, QUERY_KEY_GAIN),
                    Matrix.random(random, hidden, hidden, 1.0),
                    Matrix.random(random, hidden, hidden, 1.0),
                    Matrix.random(random, hidden, ffn, 1.0),
                    Matrix.random(random, hidden, ffn, 1.0),
                    Matrix.random(random, ffn, hidden, DOWN_GAIN));
        }
    }
}
