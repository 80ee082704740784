// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.util.Arrays;

/** Causal multi-head attention of one token over the keys and values in a {@link KvScratch}. Not thread-safe. */
final class Attention {

    private final int heads;
    private final int width;
    private final int hidden;
    private final float scale;
    private final float[] scores;

    Attention(ModelConfig config) {
        heads = config.heads();
        width = config.headWidth();
        hidden = config.hidden();
        scale = (float) (1.0 / Math.sqrt(width));
        scores = new float[config.maxTokens()];
    }

    /** Sets {@code out} to what the query at {@code queryStart} gathers from the first {@code tokens} tokens. */
    void attend(float[] queries, int queryStart, KvScratch kv, int tokens, float[] out) {
        Arrays.fill(out, 0, hidden, 0.0f);
        for (int head = 0; head < heads; head++) {
            int start = head * width;
            score(queries, queryStart + start, kv.keys(), start, tokens);
            Vectors.softmax(scores, tokens);
            gather(kv.values(), start, tokens, out);
        }
    }

    private void score(float[] queries, int queryStart, float[] keys, int start, int tokens) {
        for (int token = 0; token < tokens; token++) {
            scores[token] = scale * Vectors.dot(queries, queryStart, keys, token * hidden + start, width);
        }
    }

    private void gather(float[] values, int start, int tokens, float[] out) {
        for (int token = 0; token < tokens; token++) {
            Vectors.addScaled(scores[token], values, token * hidden + start, out, start, width);
        }
    }
}
