// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/**
 * Shape and seed of the demo model. Two processes that use equal configurations build bit-identical weights and so can
 * exchange KV pages. Immutable, safe for use by any thread.
 *
 * @param layers number of decoder layers, 1 to 64
 * @param hidden width of the residual stream in floats, a multiple of {@code 4 * heads}, at most 1024
 * @param heads number of attention heads, 1 to 64
 * @param ffnMultiplier width of the feed-forward layer in multiples of {@code hidden}, 1 to 8
 * @param maxTokens longest sequence (prompt and generated tokens together), 1 to 32768 tokens
 * @param seed seed of the weights
 */
public record ModelConfig(int layers, int hidden, int heads, int ffnMultiplier, int maxTokens, long seed) {

    /** Number of different tokens: a token is one byte, so the model needs no tokenizer. */
    public static final int VOCAB = 256;

    /** Number of consecutive tokens whose keys and values share one page. */
    public static final int BLOCK_TOKENS = 16;

    /** Checks every bound, so that no other class of this package needs to guard against overflow. */
    public ModelConfig {
        requireRange("layers", layers, 1, 64);
        requireRange("heads", heads, 1, 64);
        requireRange("hidden", hidden, 4, 1024);
        requireRange("ffnMultiplier", ffnMultiplier, 1, 8);
        requireRange("maxTokens", maxTokens, 1, 32_768);
        if (hidden % (4 * heads) != 0) {
            // The kernels take four numbers at a time and the rotary embedding takes pairs within a head.
            throw new IllegalArgumentException(
                    "hidden must be a multiple of 4 * heads, but hidden = " + hidden + " and heads = " + heads);
        }
    }

    /**
     * Returns the default shape: 4 layers, hidden 128, 4 heads, feed-forward multiplier 4, 1024 tokens.
     *
     * @param seed seed of the weights
     * @return the configuration
     */
    public static ModelConfig defaults(long seed) {
        return new ModelConfig(4, 128, 4, 4, 1024, seed);
    }

    /**
     * Returns the width of one attention head.
     *
     * @return the width in floats
     */
    public int headWidth() {
        return hidden / heads;
    }

    /**
     * Returns the width of the feed-forward layer.
     *
     * @return the width in floats
     */
    public int ffnWidth() {
        return hidden * ffnMultiplier;
    }

    /**
     * Returns the size of a page: keys, then values, of {@link #BLOCK_TOKENS} tokens of one layer.
     *
     * @return the size in bytes
     */
    public int pageBytes() {
        return 2 * BLOCK_TOKENS * hidden * Float.BYTES;
    }

    /**
     * Returns how many blocks hold a number of tokens, the last of them possibly in part.
     *
     * @param tokens number of tokens, zero or more
     * @return number of blocks (each of them is one page per layer)
     */
    public int blocksFor(int tokens) {
        return (tokens + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", but is " + value);
        }
    }
}
