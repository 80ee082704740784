// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/**
 * Loops over float vectors, each with one fixed order of operations (see {@link Matrix#multiply}). None uses
 * {@link Math#fma}, which is slow where the processor lacks it, and exponentials come from {@link StrictMath}, which
 * unlike {@link Math} returns the same bits on every machine.
 */
final class Vectors {

    private static final float EPSILON = 1e-5f;

    private Vectors() {}

    /** Returns the inner product of {@code n} numbers (a multiple of four) of each array. */
    static float dot(float[] a, int aStart, float[] b, int bStart, int n) {
        // Four sums, as one alone would make every addition wait for the one before.
        float s0 = 0.0f;
        float s1 = 0.0f;
        float s2 = 0.0f;
        float s3 = 0.0f;
        for (int i = 0; i < n; i += 4) {
            s0 += a[aStart + i] * b[bStart + i];
            s1 += a[aStart + i + 1] * b[bStart + i + 1];
            s2 += a[aStart + i + 2] * b[bStart + i + 2];
            s3 += a[aStart + i + 3] * b[bStart + i + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** Adds {@code factor} times {@code n} numbers of {@code x} to {@code y}. */
    static void addScaled(float factor, float[] x, int xStart, float[] y, int yStart, int n) {
        for (int i = 0; i < n; i++) {
            y[yStart + i] = y[yStart + i] + factor * x[xStart + i];
        }
    }

    /** Writes {@code x}, scaled to a root mean square of one, to {@code y}; learned gains would all be one here. */
    static void rmsNorm(float[] x, int xStart, float[] y, int n) {
        float meanSquare = dot(x, xStart, x, xStart, n) / n;
        float scale = (float) (1.0 / Math.sqrt(meanSquare + EPSILON));
        for (int i = 0; i < n; i++) {
            y[i] = x[xStart + i] * scale;
        }
    }

    /** Turns the first {@code n} scores into weights that add up to one, in place. */
    static void softmax(float[] scores, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, scores[i]);
        }
        float sum = 0.0f;
        for (int i = 0; i < n; i++) {
            scores[i] = (float) StrictMath.exp(scores[i] - max);
            sum += scores[i];
        }
        float scale = 1.0f / sum;
        for (int i = 0; i < n; i++) {
            scores[i] = scores[i] * scale;
        }
    }

    /** Returns the index of the largest number, the lowest such index if several are equal. */
    static int argMax(float[] x) {
        int best = 0;
        for (int i = 1; i < x.length; i++) {
            if (x[i] > x[best]) {
                best = i;
            }
        }
        return best;
    }
}
