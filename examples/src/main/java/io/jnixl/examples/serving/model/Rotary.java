// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/**
 * Rotary position embedding: turns each pair of numbers of a head by an angle that grows with the token's position.
 * Keys are turned before they are cached, so a page is valid only at the positions it was computed for. Read-only once
 * built.
 */
final class Rotary {

    private static final double BASE = 10_000.0;

    private final int pairs;
    private final float[] cosines;
    private final float[] sines;

    Rotary(ModelConfig config) {
        pairs = config.headWidth() / 2;
        cosines = new float[config.maxTokens() * pairs];
        sines = new float[config.maxTokens() * pairs];
        for (int position = 0; position < config.maxTokens(); position++) {
            for (int pair = 0; pair < pairs; pair++) {
                double angle = position * StrictMath.pow(BASE, -(double) pair / pairs);
                cosines[position * pairs + pair] = (float) StrictMath.cos(angle);
                sines[position * pairs + pair] = (float) StrictMath.sin(angle);
            }
        }
    }

    /** Turns the numbers of {@code heads} heads, in place, as those of the token at {@code position}. */
    void rotate(float[] x, int heads, int position) {
        for (int head = 0; head < heads; head++) {
            rotateHead(x, head * pairs * 2, position * pairs);
        }
    }

    private void rotateHead(float[] x, int start, int angles) {
        for (int pair = 0; pair < pairs; pair++) {
            float cos = cosines[angles + pair];
            float sin = sines[angles + pair];
            float a = x[start + 2 * pair];
            float b = x[start + 2 * pair + 1];
            x[start + 2 * pair] = a * cos - b * sin;
            x[start + 2 * pair + 1] = a * sin + b * cos;
        }
    }
}
