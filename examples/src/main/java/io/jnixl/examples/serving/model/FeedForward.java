// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/** The SwiGLU feed-forward part of a layer, one token at a time. Not thread-safe. */
final class FeedForward {

    private final float[] gate;
    private final float[] up;

    FeedForward(ModelConfig config) {
        gate = new float[config.ffnWidth()];
        up = new float[config.ffnWidth()];
    }

    /** Sets {@code y} to the output for {@code x}. */
    void apply(Weights.Layer weights, float[] x, float[] y) {
        weights.gate().multiply(x, gate);
        weights.up().multiply(x, up);
        for (int i = 0; i < gate.length; i++) {
            up[i] = up[i] * swish(gate[i]);
        }
        weights.down().multiply(up, y);
    }

    private static float swish(float x) {
        return x / (1.0f + (float) StrictMath.exp(-x));
    }
}
